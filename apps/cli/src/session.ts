import type { Command } from 'commander';
import { Api } from './api.js';
import { findToken } from './credentials.js';
import { DEFAULT_SERVER, parseServerUrl } from './server-url.js';
import type { Terminal } from './terminal.js';

/** What every command works with. */
export interface Session {
  readonly api: Api;
  readonly terminal: Terminal;
  /** Results are for a script. */
  readonly json: boolean;
  /** Writes the result: the value as JSON for a script, the text for people. */
  show(value: unknown, text: string): void;
  /** Writes a remark that is not the result. */
  note(text: string): void;
}

interface GlobalOptions {
  readonly server?: string;
  readonly json?: boolean;
}

/** @throws Failure (usage) when the server's address is none */
export async function openSession(terminal: Terminal, command: Command): Promise<Session> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const server = parseServerUrl(options.server ?? (terminal.environment['ENTREPOT_URL'] || DEFAULT_SERVER));
  const json = options.json === true;
  return {
    api: new Api(server, await findToken(terminal, server)),
    terminal,
    json,
    show: (value, text) => terminal.out(json ? `${JSON.stringify(value, null, 2)}\n` : text),
    note: (text) => terminal.err(`${text}\n`),
  };
}
