import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Api } from '../api.js';
import { storeToken } from '../credentials.js';
import { EXIT, Failure } from '../failure.js';
import type { OpenSession } from '../program.js';
import { isLocal } from '../server-url.js';
import type { Session } from '../session.js';

const ADMINISTRATOR = 'admin';

interface LoginOptions {
  readonly username: string;
  readonly passwordStdin?: boolean;
}

export function addLogin(program: Command, open: OpenSession): void {
  program
    .command('login')
    .description('store an access token for the server')
    .option('--username <name>', 'account to log in with', ADMINISTRATOR)
    .option('--password-stdin', 'read the password from standard input')
    .addHelpText(
      'after',
      '\nWithout --password-stdin the password is asked for; for the administrator of a server on this machine' +
        '\nit is read from $ENTREPOT_DATA_DIR/admin-password (default .entrepot/) when that file is there and still right.',
    )
    .action(async (options: LoginOptions, command: Command) => login(await open(command), options));
}

async function login(session: Session, options: LoginOptions): Promise<void> {
  const { api, terminal } = session;
  const { username } = options;
  const accessToken =
    (await logInAsGenerated(session, options)) ??
    (await logIn(api, username, await givenPassword(session, options)));
  const path = await storeToken(terminal, api.server, username, accessToken);
  const server = api.server.origin;
  session.show({ server, username, credentials: path }, `Logged in to ${server} as ${username}.\n`);
}

async function logIn(api: Api, username: string, password: string): Promise<string> {
  const answer = await api.post<{ accessToken: string }>('/api/v1/auth/login', { username, password });
  return answer.accessToken;
}

/** Null when there is no generated password to be found, or it was changed since. */
async function logInAsGenerated(session: Session, options: LoginOptions): Promise<string | null> {
  if (options.passwordStdin === true || options.username !== ADMINISTRATOR) return null;
  const password = await generatedPassword(session);
  if (password === null) return null;
  try {
    return await logIn(session.api, options.username, password);
  } catch (error) {
    if (error instanceof Failure && error.code === 'IDENTITY_CREDENTIALS_WRONG') return null;
    throw error;
  }
}

async function givenPassword({ terminal }: Session, options: LoginOptions): Promise<string> {
  if (options.passwordStdin === true) return (await terminal.readInput()).replace(/\r?\n$/, '');
  const typed = await terminal.askSecret(`Password of ${options.username}: `);
  if (typed !== null) return typed;
  throw new Failure('No password: use --password-stdin where nobody can type one.', EXIT.usage);
}

/** The password that an embedded server on this machine generated and keeps in its data folder. */
async function generatedPassword({ api, terminal }: Session): Promise<string | null> {
  if (!isLocal(api.server)) return null;
  const folder = terminal.environment['ENTREPOT_DATA_DIR'] || '.entrepot';
  try {
    return (await readFile(join(folder, 'admin-password'), 'utf8')).trim();
  } catch {
    return null;
  }
}
