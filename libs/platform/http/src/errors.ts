import { defineErrors } from '@entrepot/kernel';

export const HTTP_ERRORS = defineErrors({
  HTTP_INPUT_INVALID: ['invalid', 'The input breaks a rule'],
  HTTP_CURSOR_INVALID: ['invalid', 'The cursor is not one of ours'],
  HTTP_BODY_MALFORMED: ['invalid', 'The body cannot be read'],
  HTTP_BODY_TOO_LARGE: ['too-large', 'The body is too large'],
  HTTP_MEDIA_TYPE_UNSUPPORTED: ['invalid', 'The content type is not taken here'],
  HTTP_REQUEST_INVALID: ['invalid', 'The request cannot be answered'],
  HTTP_UNAUTHENTICATED: ['unauthenticated', 'A token is needed'],
  HTTP_FORBIDDEN: ['forbidden', 'This is not allowed'],
  HTTP_ROUTE_NOT_FOUND: ['not-found', 'There is nothing here'],
  HTTP_CONFLICT: ['conflict', 'This conflicts with what is there'],
  HTTP_UNAVAILABLE: ['unavailable', 'This is not possible now'],
  HTTP_INTERNAL: ['internal', 'Something went wrong on our side'],
});
