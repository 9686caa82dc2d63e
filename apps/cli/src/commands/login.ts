import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
        '\nit is read from $ENTREPOT_DATA_DIR/admin-password (default .entrepot/) when that file is there.',
    )
    .action(async (options: LoginOptions, command: Command) => login(await open(command), options));
}

async function login(session: Session, options: LoginOptions): Promise<void> {
  const { api, terminal } = session;
  const { username } = options;
  const password = await findPassword(session, options);
  const { accessToken } = await api.post<{ accessToken: string }>('/api/v1/auth/login', {
    username,
    password,
  });
  const path = await storeToken(terminal, api.server, username, accessToken);
  const server = api.server.origin;
  session.show({ server, username, credentials: path }, `Logged in to ${server} as ${username}.\n`);
}

async function findPassword(session: Session, options: LoginOptions): Promise<string> {
  const { terminal } = session;
  if (options.passwordStdin === true) return (await terminal.readInput()).replace(/\r?\n$/, '');
  const generated = options.username === ADMINISTRATOR ? await generatedPassword(session) : null;
  if (generated !== null) return generated;
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
