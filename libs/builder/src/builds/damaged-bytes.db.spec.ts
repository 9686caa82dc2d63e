import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { zipOf } from '../archives/zip-of.spec-support.js';
import { useBuilder } from '../use-builder.spec-support.js';

const used = useBuilder();
const ARCHIVE = zipOf([['data.bin', randomBytes(300_000).toString('latin1')]]);
const MSI = Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), randomBytes(300_000)]);

const flipped = (bytes: Buffer): Buffer => {
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
};
const cut = (bytes: Buffer): Buffer => bytes.subarray(0, -1);

it.each([
  ['a flipped bit', 1, flipped],
  ['a flipped bit', 4, flipped],
  ['a byte less', 4, cut],
])(
  'a package is never built with %s in fragment %i of its four, damaged before it is read back',
  async (...row) => {
    const [, number, damage] = row;
    const { id, fileId } = await used.uploaded({ fragments: { count: 4 } }, ARCHIVE);
    const name = `${fileId}-${number}`;
    used.fragments.failure = async (call, blob) => {
      if (call === 'getBlob' && blob === name)
        await used.fragments.replace({ area: 'package', owner: fileId, name }, damage);
    };
    expect(await used.build(id)).toMatchObject({ state: 'failed', error: { code: 'BUILDER_BYTES_DIFFER' } });
    expect(used.fragments.published.has(fileId)).toBe(false);
  },
);

it.each([
  ['an archive', {}, ARCHIVE],
  ['a file to be packed as zip', { action: undefined, template: { name: 'msi' } }, MSI],
  [
    'a file to be packed as tar.gz',
    { operatingSystem: 'linux', action: undefined, template: { name: 'script' } },
    MSI,
  ],
])(
  'a package is never built from %s whose stored bytes are not those that were received',
  async (_what, settings, upload) => {
    const view = await used.uploaded(settings, upload);
    const owner = await used.storageOf(view);
    const [part = ''] = await used.fragments.stored({ area: 'upload', owner });
    await used.fragments.replace({ area: 'upload', owner, name: part }, flipped);
    expect(await used.build(view.id)).toMatchObject({
      state: 'failed',
      error: { code: 'BUILDER_BYTES_DIFFER' },
    });
    expect(used.fragments.published.has(view.fileId)).toBe(false);
  },
);
