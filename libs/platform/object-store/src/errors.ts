import { AppError, defineErrors } from '@entrepot/kernel';

/** What can go wrong with stored bytes. */
export const OBJECT_STORE_ERRORS = defineErrors({
  OBJECT_STORE_KEY_INVALID: ['invalid', 'Not the key of an object'],
  OBJECT_STORE_KEY_CONFLICT: ['conflict', 'One key is a folder of another'],
  OBJECT_STORE_RANGE_INVALID: ['invalid', 'The object has no such range'],
  OBJECT_STORE_NOT_FOUND: ['not-found', 'No such object'],
  OBJECT_STORE_DIGEST_MISMATCH: ['invalid', 'The content is not what was announced'],
  OBJECT_STORE_SIZE_MISMATCH: ['invalid', 'The content has not the announced size'],
  OBJECT_STORE_TOO_LARGE: ['too-large', 'The object is larger than the store can hold in one piece'],
  OBJECT_STORE_UNAVAILABLE: ['unavailable', 'The object store does not answer'],
});

/** The store failed, not the caller: try again later. The cause says what happened. */
export function storeUnavailable(doing: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError(
    OBJECT_STORE_ERRORS.OBJECT_STORE_UNAVAILABLE,
    `Could not ${doing}: ${reason}`,
    {},
    { cause },
  );
}

export function objectNotFound(key: string): AppError {
  return new AppError(OBJECT_STORE_ERRORS.OBJECT_STORE_NOT_FOUND, `There is no object ${key}`, { key });
}

export function rangeInvalid(message: string): AppError {
  return new AppError(OBJECT_STORE_ERRORS.OBJECT_STORE_RANGE_INVALID, message, { field: 'range' });
}
