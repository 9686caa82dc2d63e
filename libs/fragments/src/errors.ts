import { defineErrors } from '@entrepot/kernel';

export const ERRORS = defineErrors({
  FRAGMENTS_ADDRESS_INVALID: ['invalid', 'Not the address of a blob'],
  FRAGMENTS_RANGE_INVALID: ['invalid', 'The blob has no such range'],
  FRAGMENTS_BLOB_NOT_FOUND: ['not-found', 'No such blob'],
  FRAGMENTS_PACKAGE_INCOMPLETE: ['invalid', 'The package cannot be published as announced'],
  FRAGMENTS_PACKAGE_PUBLISHED: ['conflict', 'What is published never changes'],
  FRAGMENTS_DELETION_UNFINISHED: ['unavailable', 'Some blobs are left to delete'],
  FRAGMENTS_FILE_NOT_FOUND: ['not-found', 'No such file'],
  FRAGMENTS_STORE_UNAVAILABLE: ['unavailable', 'The file cannot be read at the moment'],
});
