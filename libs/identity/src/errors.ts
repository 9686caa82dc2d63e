import { defineErrors } from '@entrepot/kernel';

/** What can go wrong in this context; the codes are stable. */
export const ERRORS = defineErrors({
  IDENTITY_CREDENTIALS_WRONG: ['unauthenticated', 'Name or password is wrong'],
  IDENTITY_TOO_MANY_FAILURES: ['forbidden', 'Too many failed attempts; wait a few minutes'],
  IDENTITY_BUSY: ['unavailable', 'Too many passwords are being checked; try again in a moment'],
  IDENTITY_TOKEN_INVALID: ['unauthenticated', 'The token is unknown, expired or revoked'],
  IDENTITY_PASSWORD_WRONG: ['invalid', 'The current password is wrong'],
  IDENTITY_API_TOKEN_NOT_FOUND: ['not-found', 'No such API token'],
  IDENTITY_API_TOKEN_EXPIRED_ALREADY: ['invalid', 'The API token would be expired from the start'],
});
