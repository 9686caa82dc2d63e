import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureLocalCa, replaceFile } from '@entrepot/platform-http';
import { runMain } from '@entrepot/platform-program';

const USAGE = 'Usage: make-certificate <folder of the authority> <folder of the front door> <host> …';
const READABLE = 0o644;

/** Gives a front door its certificate; the authority's own key stays in a folder that the front door never sees. */
runMain(async () => {
  const [authority, frontDoor, ...hosts] = process.argv.slice(2);
  if (authority === undefined || frontDoor === undefined || hosts.length === 0) throw new Error(USAGE);
  const { ca, key, cert } = await ensureLocalCa(authority, hosts);
  await mkdir(frontDoor, { recursive: true });
  // nginx' master opens the key as root, but its workers must enter the folder to give agents the CA.
  await chmod(frontDoor, 0o755);
  await replaceFile(join(frontDoor, 'cacert.pem'), ca, READABLE);
  await replaceFile(join(frontDoor, 'server.pem'), `${key.trim()}\n${cert.trim()}\n`);
});
