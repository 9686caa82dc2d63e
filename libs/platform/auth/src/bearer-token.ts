import { AppError } from '@entrepot/kernel';
import { AUTH_ERRORS } from './errors.js';

const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;
const MAX_LENGTH = 4_096;

/**
 * Reads the token out of an Authorization header.
 * @throws AppError AUTH_TOKEN_MISSING without such a header or with another scheme, AUTH_TOKEN_INVALID for a token
 * that cannot be one (longer than 4,096 characters, or characters that RFC 6750 does not allow)
 */
export function readBearerToken(header: string | undefined): string {
  if (header === undefined || !/^Bearer(?: |$)/i.test(header)) {
    throw new AppError(
      AUTH_ERRORS.AUTH_TOKEN_MISSING,
      'Send the token as "Authorization: Bearer <token>". POST /api/v1/auth/login gives one.',
    );
  }
  const token = header.length <= MAX_LENGTH ? BEARER.exec(header)?.[1] : undefined;
  if (token === undefined) throw new AppError(AUTH_ERRORS.AUTH_TOKEN_INVALID, 'The token has no valid form.');
  return token;
}
