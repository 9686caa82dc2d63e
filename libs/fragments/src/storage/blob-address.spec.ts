import type { BlobAddress } from '@entrepot/contracts';
import { describe, expect, it } from 'vitest';
import { blobKey, ownerPrefix } from './blob-address.js';

const UUID = '019355aa-0000-7000-8000-000000000001';

describe('blobKey', () => {
  it('is made of area, owner and name', () => {
    expect(blobKey({ area: 'upload', owner: UUID, name: 'part-0' })).toBe(`upload/${UUID}/part-0`);
    expect(blobKey({ area: 'package', owner: '1700000001', name: 'info' })).toBe('package/1700000001/info');
    expect(ownerPrefix({ area: 'package', owner: '1700000001' })).toBe('package/1700000001/');
  });

  it.each([
    ['upload', '1700000001', 'part-0', 'owner'],
    ['package', UUID, 'info', 'owner'],
    ['package', '0700000001', 'info', 'owner'],
    ['package', '..', 'info', 'owner'],
    ['other', UUID, 'info', 'area'],
    ['package', '1700000001', '', 'name'],
    ['package', '1700000001', '..', 'name'],
    ['package', '1700000001', '../x', 'name'],
    ['package', '1700000001', 'a/b', 'name'],
    ['package', '1700000001', 'a\0', 'name'],
  ])('refuses area %s, owner %s, name %j and names the field', (area, owner, name, field) => {
    const attempt = (): unknown => blobKey({ area, owner, name } as BlobAddress);
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'FRAGMENTS_ADDRESS_INVALID', details: { field } }),
    );
  });
});
