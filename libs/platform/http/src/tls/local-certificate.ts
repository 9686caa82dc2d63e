import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { issueCa, issueServerCertificate, type KeyAndCertificate } from './issue-certificate.js';
import { createFile, replaceFile } from './write-secret-file.js';

/** What `listen` and `createHttpApp` need for https with our own authority, all in PEM. */
export interface LocalCertificate {
  /** The authority's certificate, which agents must know. */
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

const DAY_MS = 86_400_000;
const CA_DAYS = 3_650;
// Apple's and some other clients refuse server certificates that are valid for longer.
const SERVER_DAYS = 820;
const RENEW_BEFORE_DAYS = 30;
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '::1'];

/**
 * Gives the server a certificate for the given host names and addresses (and localhost), signed by an authority that
 * is made once and kept for ten years. Both are in `<dataDirectory>/tls`, each key in one file with its certificate so
 * that the two cannot part; `cacert.pem` beside them is the authority's certificate alone. A certificate that lacks a
 * name, that another authority signed, or that ends within 30 days is made anew.
 * @throws Error of the file system when the folder cannot be written
 */
export async function ensureLocalCa(
  dataDirectory: string,
  publicHosts: readonly string[],
  now: Date = new Date(),
): Promise<LocalCertificate> {
  const directory = join(dataDirectory, 'tls');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const hosts = [...new Set([...publicHosts.map((host) => host.toLowerCase()), ...LOCAL_HOSTS])];
  const ca = await ensureCa(join(directory, 'ca.pem'), now);
  const server = await ensureServerCertificate(join(directory, 'server.pem'), ca, hosts, now);
  await replaceFile(join(directory, 'cacert.pem'), ca.cert, 0o644);
  return { ca: ca.cert, ...server };
}

async function ensureCa(path: string, now: Date): Promise<KeyAndCertificate> {
  const present = await readPair(path);
  if (present && lasts(present, now)) return present;
  if (present) await rm(path, { force: true });
  const made = await issueCa(now, CA_DAYS);
  // Of two programs that start at once on the same folder, the second takes the authority of the first.
  if (await createFile(path, toText(made))) return made;
  const other = await readPair(path);
  if (other) return other;
  throw new Error(
    `${path} holds no key and certificate. Remove it and start again; agents then need the new CA.`,
  );
}

async function ensureServerCertificate(
  path: string,
  ca: KeyAndCertificate,
  hosts: readonly string[],
  now: Date,
): Promise<KeyAndCertificate> {
  const present = await readPair(path);
  if (present && lasts(present, now) && isFor(present, ca, hosts)) return present;
  const made = await issueServerCertificate(ca, hosts, now, SERVER_DAYS);
  await replaceFile(path, toText(made));
  return made;
}

function lasts(pair: KeyAndCertificate, now: Date): boolean {
  const end = new Date(new X509Certificate(pair.cert).validTo).getTime();
  return end - now.getTime() >= RENEW_BEFORE_DAYS * DAY_MS;
}

function isFor(pair: KeyAndCertificate, ca: KeyAndCertificate, hosts: readonly string[]): boolean {
  const certificate = new X509Certificate(pair.cert);
  if (!certificate.verify(new X509Certificate(ca.cert).publicKey)) return false;
  return hosts.every((host) =>
    isIP(host) === 0 ? certificate.checkHost(host) !== undefined : certificate.checkIP(host) !== undefined,
  );
}

function toText(pair: KeyAndCertificate): string {
  return `${pair.key.trim()}\n${pair.cert.trim()}\n`;
}

/** Null when there is no such file, or when it holds no key with its certificate. */
async function readPair(path: string): Promise<KeyAndCertificate | null> {
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const key = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n?/.exec(content)?.[0];
  const cert = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/.exec(content)?.[0];
  if (key === undefined || cert === undefined) return null;
  const belongTogether = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  return belongTogether ? { key, cert } : null;
}
