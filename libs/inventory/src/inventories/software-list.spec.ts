import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { StoredRow } from './canonical-section.js';
import { identityKey, packDetails, packSoftware, softwareList, unpackDetails } from './software-list.js';

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

  it('keeps fields that the protocol does not know, in memory that grows with what was sent', async () => {
    const rows = Array.from({ length: 5_000 }, (_, i): StoredRow => ({ NAME: `n${i}`, [`X${i}`]: `v${i}` }));
    const packed = await packDetails(rows);
    expect(inflateRawSync(packed).length).toBeLessThan(5_000 * 30);
    expect(await unpackDetails(packed, [4_999, 0])).toEqual([{ X4999: 'v4999' }, { X0: 'v0' }]);
  });

  it('is packed in the order of the dictionary’s numbers, with the details at the same places', async () => {
    const list = softwareList([
      { NAME: 'a', FOLDER: '/a' },
      { NAME: 'b', FOLDER: '/b', EXTRA: 'x' },
    ]);
    const ids = list.identities.map(({ name }) => (name === 'a' ? 9 : 4));
    const packed = await packSoftware(list, ids);
    expect([packed.ids, packed.digest]).toEqual([[4, 9], list.digest]);
    expect(await unpackDetails(packed.details, [0, 1])).toEqual([
      { FOLDER: '/b', EXTRA: 'x' },
      { FOLDER: '/a' },
    ]);
  });
});
