import type { INestApplicationContext } from '@nestjs/common';
import type { Log } from '@entrepot/platform-telemetry';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Stops the program on SIGTERM or SIGINT and ends the process with 0, or with 1 when the stop failed. A second signal
 * ends it at once, as that signal does.
 */
export function stopOnSignals(
  app: Pick<INestApplicationContext, 'close'>,
  log: Log,
  program: Pick<NodeJS.Process, 'on' | 'exit'> = process,
): void {
  let stopping = false;
  for (const signal of SIGNALS) {
    program.on(signal, () => {
      if (stopping) {
        log.warn({ signal }, 'Stopping at once');
        return program.exit(signal === 'SIGINT' ? 130 : 143);
      }
      stopping = true;
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
