import { AppError, type Branded } from '@entrepot/kernel';
import { OBJECT_STORE_ERRORS } from './errors.js';

/** The name of an object: segments joined by `/`, each safe as a file name. */
export type ObjectKey = Branded<'ObjectKey'>;

const SEGMENT = /^[A-Za-z0-9._-]{1,128}$/;
/** S3 allows keys of 1,024 bytes. */
const KEY_MAX = 1024;

/**
 * Makes a key of its segments: `objectKey('fragments', fileId, '1')`.
 * @throws AppError OBJECT_STORE_KEY_INVALID when a segment is empty, longer than 128 characters, `.` or `..`, or holds
 * anything but letters, digits, dot, underscore and hyphen; or when the whole passes 1,024 characters
 */
export function objectKey(...segments: string[]): ObjectKey {
  if (segments.length === 0) throw keyInvalid('An object key needs at least one segment');
  for (const segment of segments) {
    if (!isSegment(segment)) {
      throw keyInvalid(`${JSON.stringify(segment.slice(0, 200))} cannot be a segment of an object key`);
    }
  }
  const key = segments.join('/');
  if (key.length > KEY_MAX) throw keyInvalid(`An object key has at most ${KEY_MAX} characters`);
  return key as ObjectKey;
}

/**
 * Checks the beginning of keys to list: '' for all, `fragments/1700000000/` for a folder, or any cut-off key.
 * @throws AppError OBJECT_STORE_KEY_INVALID
 */
export function checkPrefix(prefix: string): string {
  const segments = prefix.split('/');
  const last = segments.pop() ?? '';
  const good = segments.every(isSegment) && (last === '' || SEGMENT.test(last)) && last !== '..';
  if (!good)
    throw keyInvalid(`${JSON.stringify(prefix.slice(0, 200))} is not the beginning of an object key`);
  return prefix;
}

function isSegment(text: string): boolean {
  return SEGMENT.test(text) && text !== '.' && text !== '..';
}

function keyInvalid(message: string): AppError {
  return new AppError(OBJECT_STORE_ERRORS.OBJECT_STORE_KEY_INVALID, message, { field: 'key' });
}
