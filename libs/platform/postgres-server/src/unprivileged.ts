import { execFile } from 'node:child_process';
import { access, chown, constants } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { isOpenToAll } from './open-to-all.js';

const run = promisify(execFile);
const SETPRIV = '/usr/bin/setpriv';

/** A command line that runs as somebody whom PostgreSQL accepts: anybody but root. */
export interface Unprivileged {
  /** Program and arguments to put before the command. */
  readonly prefix: readonly string[];
  /** What to give to `spawn`. */
  readonly identity: { readonly uid?: number; readonly gid?: number };
  /** To whom its files must belong; null when that is whoever runs us. */
  readonly owner: Identity | null;
}

interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Prepares to run PostgreSQL. An ordinary user runs it as himself. Root drops to the user `postgres`, else `nobody`,
 * and gives the data directory to that user. When that user could not enter the folders above it (a clone below
 * `/root`, say), the one capability that lets a process pass closed folders is kept. Where the program `setpriv`
 * (util-linux) is, the kernel ends the server in good order should we be killed.
 * @throws Error when a capability is needed and `setpriv` is missing
 */
export async function unprivileged(dataDirectory: string): Promise<Unprivileged> {
  const setpriv = await access(SETPRIV, constants.X_OK).then(
    () => [SETPRIV, '--pdeathsig=INT'],
    () => [],
  );
  if (userInfo().uid !== 0) return { prefix: setpriv, identity: {}, owner: null };
  const identity = (await lookUp('postgres')) ?? (await lookUp('nobody'));
  if (!identity) throw new Error('PostgreSQL refuses root, and there is neither a user postgres nor nobody');
  await chown(dataDirectory, identity.uid, identity.gid);
  const open = await isOpenToAll(dirname(dataDirectory));
  if (setpriv.length === 0) {
    if (open) return { prefix: [], identity, owner: identity };
    throw new Error(
      `${dataDirectory} cannot be entered by the user of PostgreSQL, and ${SETPRIV} is missing`,
    );
  }
  const drop = [`--reuid=${String(identity.uid)}`, `--regid=${String(identity.gid)}`, '--clear-groups'];
  const keep = open ? [] : ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return { prefix: [...setpriv, ...drop, ...keep, '--no-new-privs'], identity: {}, owner: identity };
}

async function lookUp(user: string): Promise<Identity | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}
