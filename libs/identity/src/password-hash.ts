import { randomBytes, scrypt, timingSafeEqual, type BinaryLike, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { AppError, Gate } from '@entrepot/kernel';
import { ERRORS } from './errors.js';

const scryptAsync = promisify<BinaryLike, BinaryLike, number, ScryptOptions, Buffer>(scrypt);
/** Anybody can make us check a password, on the threads that files are read by too: half of them are left for that. */
const WORK = new Gate(2, 50, busy);

const PARAMETERS = { N: 2 ** 15, r: 8, p: 1 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** scrypt needs 128 · N · r bytes, 32 MiB with these parameters; twice that is allowed. */
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;
const FORM = /^scrypt\$N=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9_-]+)\$([A-Za-z0-9_-]+)$/;

/**
 * Hashes a password for storing.
 * @throws AppError IDENTITY_BUSY
 * @returns `scrypt$N=32768,r=8,p=1$<salt>$<key>`, salt and key in base64url; the parameters may change later
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, KEY_BYTES, PARAMETERS);
  const { N, r, p } = PARAMETERS;
  return `scrypt$N=${N},r=${r},p=${p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/**
 * Compares a password with a stored hash in constant time.
 * @throws Error when the stored text has another form; AppError IDENTITY_BUSY
 */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [, N, r, p, salt, key] = FORM.exec(stored) ?? [];
  if (salt === undefined || key === undefined) throw new Error('A stored password hash has an unknown form');
  const expected = Buffer.from(key, 'base64url');
  const parameters = { N: Number(N), r: Number(r), p: Number(p) };
  const actual = await derive(password, Buffer.from(salt, 'base64url'), expected.length, parameters);
  return timingSafeEqual(actual, expected);
}

/** Does the work of a comparison for an account that does not exist, so that its absence cannot be timed. */
export async function verifyNothing(password: string): Promise<false> {
  await derive(password, Buffer.alloc(SALT_BYTES), KEY_BYTES, PARAMETERS);
  return false;
}

/** @throws AppError IDENTITY_BUSY */
function derive(password: string, salt: Buffer, bytes: number, parameters: ScryptOptions): Promise<Buffer> {
  const options = { ...parameters, maxmem: MAX_MEMORY_BYTES };
  return WORK.run(() => scryptAsync(password.normalize('NFC'), salt, bytes, options));
}

function busy(): AppError {
  return new AppError(ERRORS.IDENTITY_BUSY, 'Too many passwords are being checked; try again in a moment.');
}
