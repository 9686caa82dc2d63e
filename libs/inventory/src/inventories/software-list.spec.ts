import { describe, expect, it } from 'vitest';
import type { StoredRow } from './canonical-section.js';
import { identityKey, packDetails, softwareList, unpackDetails } from './software-list.js';

describe('the software list of a device', () => {
  it('collapses rows of one name, publisher and version, and does not depend on their order', () => {
    const rows: StoredRow[] = [
      { NAME: 'Tool', PUBLISHER: 'A', VERSION: '1', FOLDER: 'x' },
      { NAME: 'Tool', PUBLISHER: 'A', VERSION: '1', FOLDER: 'b' },
      { NAME: 'Tool', PUBLISHER: 'A', VERSION: '2' },
      { NAME: 'Tool', VERSION: '2' },
    ];
    const list = softwareList(rows);
    expect(list.identities.length).toBe(3);
    expect(softwareList([...rows].reverse())).toEqual(list);
  });

  it('does not confuse identities whose parts run together to the same text', () => {
    const keys = [
      identityKey({ name: 'ab', publisher: 'c', version: '' }),
      identityKey({ name: 'a', publisher: 'bc', version: '' }),
      identityKey({ name: 'a', publisher: 'b', version: 'c' }),
    ];
    expect(new Set(keys).size).toBe(3);
  });

  it('gives details back as they were packed, at any places', async () => {
    const rows: StoredRow[] = [{ NAME: 'a', FOLDER: '/a' }, { NAME: 'b', FILESIZE: 0 }, { NAME: 'c' }];
    const packed = await packDetails(rows);
    expect(await unpackDetails(packed, [2, 0, 1])).toEqual([{}, { FOLDER: '/a' }, { FILESIZE: 0 }]);
  });
});
