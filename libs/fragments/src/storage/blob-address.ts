import type { BlobAddress, BlobOwner } from '@entrepot/contracts';
import { AppError, parseFileId, parseUuid } from '@entrepot/kernel';
import { objectKey, type ObjectKey } from '@entrepot/platform-object-store';
import { ERRORS } from '../errors.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/**
 * The key of a blob: `upload/<UUID>/<name>` or `package/<file id>/<name>`.
 * @throws AppError FRAGMENTS_ADDRESS_INVALID
 */
export function blobKey(address: BlobAddress): ObjectKey {
  checkOwner(address);
  if (!NAME.test(address.name)) throw invalid('name', 'must be letters, digits, dot, underscore and hyphen');
  return objectKey(address.area, address.owner, address.name);
}

/**
 * What the keys of all blobs of an owner begin with.
 * @throws AppError FRAGMENTS_ADDRESS_INVALID
 */
export function ownerPrefix(owner: BlobOwner): string {
  checkOwner(owner);
  return `${owner.area}/${owner.owner}/`;
}

/** Addresses come over the wire, so the compiler's word for them is not enough. */
function checkOwner({ area, owner }: { readonly area: string; readonly owner: string }): void {
  if (area === 'upload') {
    if (parseUuid(owner) === null) throw invalid('owner', 'must be a lower-case UUID for an upload');
  } else if (area === 'package') {
    if (parseFileId(owner) === null) throw invalid('owner', 'must be a file id of ten digits for a package');
  } else {
    throw invalid('area', 'must be "upload" or "package"');
  }
}

function invalid(field: string, rule: string): AppError {
  return new AppError(ERRORS.FRAGMENTS_ADDRESS_INVALID, `${field} ${rule}`, { field });
}
