import { readFile } from 'node:fs/promises';
import { EXIT, Failure } from './failure.js';
import type { Terminal } from './terminal.js';

/**
 * Reads criteria as the API takes them.
 * @param path a file, or `-` for standard input
 * @throws Failure (usage) when it cannot be read or is no JSON
 */
export async function readCriteria(terminal: Terminal, path: string): Promise<unknown> {
  const source = path === '-' ? 'standard input' : path;
  const text = await (path === '-' ? terminal.readInput() : readFile(path, 'utf8')).catch(
    (error: unknown) => {
      throw new Failure(`Cannot read ${source}: ${(error as Error).message}`, EXIT.usage);
    },
  );
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Failure(`${source} is no JSON: ${(error as Error).message}`, EXIT.usage);
  }
}
