import type { INestApplicationContext } from '@nestjs/common';
import type { Log } from '@entrepot/platform-telemetry';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** One Ctrl-C may arrive twice: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS = 1_000;

/**
 * Stops the program on SIGTERM or SIGINT and ends the process with 0, or with 1 when the stop failed. Another signal
 * a second later or more ends it at once, as that signal does.
 */
export function stopOnSignals(
  app: Pick<INestApplicationContext, 'close'>,
  log: Log,
  program: Pick<NodeJS.Process, 'on' | 'exit'> = process,
): void {
  let stoppingSince: number | null = null;
  for (const signal of SIGNALS) {
    program.on(signal, () => {
      if (stoppingSince !== null) {
        if (performance.now() - stoppingSince < SAME_SIGNAL_MS) return;
        log.warn({ signal }, 'Stopping at once');
        return program.exit(signal === 'SIGINT' ? 130 : 143);
      }
      stoppingSince = performance.now();
      log.info({ signal }, 'Stopping');
      app.close().then(
        () => {
          log.info('Stopped');
          program.exit(0);
        },
        (error: unknown) => {
          log.error({ err: error }, 'The stop failed');
          program.exit(1);
        },
      );
    });
  }
}
