import { sha256Hex } from '@entrepot/kernel';
import { randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;
const API_PREFIX = 'entrepot_';
const MAX_LENGTH = 128;

/** A new token: the secret goes to the caller, only its digest stays. */
export interface IssuedToken {
  readonly secret: string;
  /** SHA-256 of the secret in lower-case hexadecimal. */
  readonly sha256: string;
}

/** What a presented token claims to be, and the digest to look it up by. */
export interface PresentedToken {
  readonly kind: 'access' | 'api';
  readonly sha256: string;
}

/** The token of a login. */
export function issueAccessToken(): IssuedToken {
  return issue('');
}

/** The token of a program; its prefix lets people and secret scanners recognise it. */
export function issueApiToken(): IssuedToken {
  return issue(API_PREFIX);
}

/** @returns null when the text is too long to be a token of ours */
export function readToken(text: string): PresentedToken | null {
  if (text.length === 0 || text.length > MAX_LENGTH) return null;
  return { kind: text.startsWith(API_PREFIX) ? 'api' : 'access', sha256: sha256Hex(text) };
}

/** A digest is enough: with 256 random bits nobody can search for the secret, so that salt and slowness add nothing. */
function issue(prefix: string): IssuedToken {
  // Hexadecimal, so that no access token can ever begin like an API token.
  const secret = prefix + randomBytes(TOKEN_BYTES).toString('hex');
  return { secret, sha256: sha256Hex(secret) };
}
