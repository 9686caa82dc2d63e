import { CommanderError } from 'commander';
import { EXIT, Failure, type ExitCode } from './failure.js';
import { buildProgram } from './program.js';
import type { Terminal } from './terminal.js';

/**
 * Runs one command line.
 * @param argv without node and script
 * @returns the exit code: 0 done, 1 refused or failed, 2 wrong usage, 3 server not reachable
 */
export async function run(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const ended: { code: ExitCode } = { code: EXIT.ok };
  try {
    await buildProgram(terminal, ended).parseAsync([...argv], { from: 'user' });
    return ended.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (!(error instanceof Failure)) {
      terminal.err(`Error: ${error instanceof Error ? error.message : String(error)}\n`);
      return EXIT.failed;
    }
    terminal.err(`Error: ${error.message}${error.code === null ? '' : ` [${error.code}]`}\n`);
    return error.exitCode;
  }
}
