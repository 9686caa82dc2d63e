import { ConfigError } from '@entrepot/platform-config';

/** Something outside the program stops its start; the message says what, and a stack would say nothing more. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

/** Runs a program's `main`; what stops its start is one message on standard error and exit code 1. */
export function runMain(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    process.stderr.write(`${describe(error)}\n`);
    process.exit(1);
  });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ConfigError || error instanceof StartRefused) return error.message;
  if ('code' in error && error.code === 'EADDRINUSE')
    return `Another program uses the port: ${error.message}`;
  return error.stack ?? error.message;
}
