import { run } from './run.js';
import type { Terminal } from './terminal.js';

/** What a command line left. */
export interface Ran {
  readonly code: number;
  /** Bytes as Latin-1. */
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in a shell where nobody types. */
export async function ranIn(
  environment: Terminal['environment'],
  words: readonly string[],
  given: Partial<Terminal> = {},
): Promise<Ran> {
  let out = '';
  let err = '';
  const terminal: Terminal = {
    environment,
    interactive: false,
    screen: false,
    out: (result) =>
      void (out += typeof result === 'string' ? result : Buffer.from(result).toString('latin1')),
    err: (text) => void (err += text),
    readInput: () => Promise.resolve(''),
    askSecret: () => Promise.resolve(null),
    ...given,
  };
  return { code: await run(words, terminal), out, err };
}
