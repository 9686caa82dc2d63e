import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Terminal } from './terminal.js';

/** Access tokens by server origin, as `~/.config/entrepot/credentials.json` holds them. */
type Credentials = Record<string, { readonly username: string; readonly accessToken: string }>;

/**
 * The token for a server: ENTREPOT_TOKEN, else what `entrepot login` stored.
 * @returns null when there is none
 */
export async function findToken(terminal: Terminal, server: URL): Promise<string | null> {
  const given = terminal.environment['ENTREPOT_TOKEN'];
  if (given !== undefined && given !== '') return given;
  return (await readCredentials(credentialsPath(terminal)))[server.origin]?.accessToken ?? null;
}

/** Stores the token so that only this user can read it. */
export async function storeToken(
  terminal: Terminal,
  server: URL,
  username: string,
  accessToken: string,
): Promise<string> {
  const path = credentialsPath(terminal);
  const credentials = { ...(await readCredentials(path)), [server.origin]: { username, accessToken } };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // A new file in its place: whoever may read the old one shall not read this.
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(unfinished, path);
  return path;
}

function credentialsPath(terminal: Terminal): string {
  const { environment } = terminal;
  const config = environment['XDG_CONFIG_HOME'] || join(environment['HOME'] || homedir(), '.config');
  return join(config, 'entrepot', 'credentials.json');
}

async function readCredentials(path: string): Promise<Credentials> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Credentials) : {};
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
