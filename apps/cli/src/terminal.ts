import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** What a command sees of the shell that called it; tests put their own in its place. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Somebody watches what goes to `err`: progress may be drawn in place. */
  readonly interactive: boolean;
  /** Somebody watches what goes to `out`: it may be drawn over. */
  readonly screen: boolean;
  /** Results; bytes are a file's. */
  out(result: string | Uint8Array): void;
  /** Progress, warnings and errors. */
  err(text: string): void;
  /** All of standard input. */
  readInput(): Promise<string>;
  /** Asks without showing what is typed; null when nobody can answer. */
  askSecret(question: string): Promise<string | null>;
}

/** The shell that started this process. */
export function processTerminal(): Terminal {
  return {
    environment: process.env,
    interactive: process.stderr.isTTY,
    screen: process.stdout.isTTY,
    out: (result) => void process.stdout.write(result),
    err: (text) => void process.stderr.write(text),
    readInput,
    askSecret,
  };
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function askSecret(question: string): Promise<string | null> {
  if (!process.stdin.isTTY) return null;
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
