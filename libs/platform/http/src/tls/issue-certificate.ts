// The x509 library registers its parts through decorators when it is loaded and finds this polyfill missing otherwise.
import 'reflect-metadata';
import { createPrivateKey, KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A private key (PKCS #8) and its certificate, both in PEM. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly cert: string;
}

/** RSA because every OpenSSL that old agents bring verifies it. */
const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2_048,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const DAY_MS = 86_400_000;
const MAX_COMMON_NAME = 64;

/** Makes a certificate authority of our own, valid for `days` from `now`. */
export async function issueCa(now: Date, days: number): Promise<KeyAndCertificate> {
  const keys = await newKeys();
  // Two installations must not have authorities of the same name: clients that trust both look them up by name.
  const name = [{ CN: [`Entrepot local CA ${randomBytes(4).toString('hex')}`] }];
  const certificate = await X509CertificateGenerator.create({
    ...validity(now, days),
    serialNumber: newSerialNumber(),
    subject: name,
    issuer: name,
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { key: privateKeyPem(keys.privateKey), cert: pem(certificate) };
}

/** Makes a server certificate for the given host names and addresses, signed by the authority. */
export async function issueServerCertificate(
  ca: KeyAndCertificate,
  hosts: readonly string[],
  now: Date,
  days: number,
): Promise<KeyAndCertificate> {
  const keys = await newKeys();
  const issuer = new X509Certificate(ca.cert);
  const [commonName = 'localhost'] = hosts.filter((host) => host.length <= MAX_COMMON_NAME);
  const certificate = await X509CertificateGenerator.create({
    ...validity(now, days),
    serialNumber: newSerialNumber(),
    subject: [{ CN: [commonName] }],
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey: await importPrivateKey(ca.key),
    signingAlgorithm: ALGORITHM,
    extensions: await serverExtensions(keys.publicKey, issuer, hosts),
  });
  return { key: privateKeyPem(keys.privateKey), cert: pem(certificate) };
}

async function serverExtensions(
  publicKey: webcrypto.CryptoKey,
  issuer: X509Certificate,
  hosts: readonly string[],
): Promise<Extension[]> {
  const names = hosts.map((host) => ({
    type: isIP(host) === 0 ? ('dns' as const) : ('ip' as const),
    value: host,
  }));
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension(names),
    await SubjectKeyIdentifierExtension.create(publicKey),
    await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
  ];
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function importPrivateKey(key: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
}

function privateKeyPem(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}

function pem(certificate: X509Certificate): string {
  return `${certificate.toString('pem').trim()}\n`;
}

/** Begins a day early: the clocks of agents' machines are not all right. */
function validity(now: Date, days: number): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + days * DAY_MS),
  };
}

/** 16 random bytes whose first bit is 0, since the number must be positive. */
function newSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
