import { defineErrors } from '@entrepot/kernel';

export const AUTH_ERRORS = defineErrors({
  AUTH_TOKEN_MISSING: ['unauthenticated', 'A token is needed'],
  AUTH_TOKEN_INVALID: ['unauthenticated', 'The token is not accepted'],
});
