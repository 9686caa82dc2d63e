import { randomInt } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Below the range that the system takes the ports of outgoing connections from. */
const FIRST = 10_000;
const LAST = 32_000;
const ATTEMPTS = 1_000;
/** A folder for each user: what root has made, others cannot write to. */
const RESERVATIONS = join(tmpdir(), `entrepot-ports-${String(userInfo().uid)}`);

/** A TCP port on 127.0.0.1 that nothing listens on and no other test will get while this process lives. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(FIRST, LAST);
    if ((await reserve(port)) && (await canListen(port))) return port;
  }
  throw new Error(`No free port between ${FIRST} and ${LAST}`);
}

/** As many different ports as asked for. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
}

/**
 * Test files run side by side, each in a process of its own: between finding a port free and listening on it another
 * file may find the same. A file that can be created only once decides whose it is; that of a dead process is taken over.
 */
async function reserve(port: number): Promise<boolean> {
  await mkdir(RESERVATIONS, { recursive: true });
  const file = join(RESERVATIONS, String(port));
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    if (owner > 0 && !isAlive(owner)) await rm(file, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
