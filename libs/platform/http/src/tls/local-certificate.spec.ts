import { X509Certificate } from 'node:crypto';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeDirectory, temporaryDirectory } from '@entrepot/testing';
import { ensureLocalCa } from './local-certificate.js';

const DAY_MS = 86_400_000;
const now = new Date('2026-11-20T12:00:00Z');
const later = (days: number): Date => new Date(now.getTime() + days * DAY_MS);

let directory = '';
beforeEach(async () => {
  directory = await temporaryDirectory('ca');
});
afterEach(() => removeDirectory(directory));

describe('ensureLocalCa', () => {
  it('makes an RSA authority and a certificate for the names asked for and for localhost', async () => {
    const made = await ensureLocalCa(directory, ['Inventory.example', '192.0.2.7'], now);
    const [ca, cert] = [new X509Certificate(made.ca), new X509Certificate(made.cert)];
    expect(ca.ca).toBe(true);
    expect(ca.checkIssued(ca)).toBe(true);
    expect(cert.checkIssued(ca) && cert.verify(ca.publicKey)).toBe(true);
    expect(cert.publicKey.asymmetricKeyType).toBe('rsa');
    for (const name of ['inventory.example', 'localhost']) expect(cert.checkHost(name)).toBe(name);
    for (const ip of ['192.0.2.7', '127.0.0.1', '::1']) expect(cert.checkIP(ip)).toBe(ip);
    expect(cert.checkHost('other.example')).toBeUndefined();
  });

  it('keeps both as they are at the next start, with keys for the owner only and nothing left over', async () => {
    const first = await ensureLocalCa(directory, ['a.example'], now);
    expect(await ensureLocalCa(directory, ['a.example'], later(1))).toEqual(first);
    const files = await readdir(join(directory, 'tls'));
    expect(files.sort()).toEqual(['ca.pem', 'cacert.pem', 'server.pem']);
    const modes = await Promise.all(
      files.map(async (file) => (await stat(join(directory, 'tls', file))).mode & 0o777),
    );
    expect(modes).toEqual([0o600, 0o644, 0o600]);
    expect(await readFile(join(directory, 'tls', 'cacert.pem'), 'utf8')).toBe(first.ca);
  });

  it('renews the certificate, not the authority, when a name is new or less than 30 days remain', async () => {
    const first = await ensureLocalCa(directory, ['a.example'], now);
    const renamed = await ensureLocalCa(directory, ['b.example'], now);
    expect(renamed.ca).toBe(first.ca);
    expect(new X509Certificate(renamed.cert).checkHost('b.example')).toBe('b.example');
    expect((await ensureLocalCa(directory, ['b.example'], later(789))).cert).toBe(renamed.cert);
    const renewed = await ensureLocalCa(directory, ['b.example'], later(791));
    expect(renewed.cert).not.toBe(renamed.cert);
    expect(renewed.ca).toBe(first.ca);
  });

  it('makes one authority when two programs start at once', async () => {
    const both = await Promise.all([ensureLocalCa(directory, [], now), ensureLocalCa(directory, [], now)]);
    expect(both[0].ca).toBe(both[1].ca);
  });

  it('refuses to replace an authority that it cannot read', async () => {
    await ensureLocalCa(directory, [], now);
    await writeFile(join(directory, 'tls', 'ca.pem'), 'broken');
    await expect(ensureLocalCa(directory, [], now)).rejects.toThrow('ca.pem holds no key and certificate');
  });
});
