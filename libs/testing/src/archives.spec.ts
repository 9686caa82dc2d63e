import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { expect, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { makeTarGz, makeZip } from './index.js';

const FILES = {
  'install.sh': { content: '#!/bin/sh\nexit 0\n', mode: 0o755 },
  'docs/é.txt': { content: 'text '.repeat(1000) },
  empty: { content: Buffer.alloc(0) },
};

it('makes a tar.gz that gives back contents and modes', async () => {
  const tar = extract();
  tar.end(gunzipSync(await makeTarGz(FILES)));
  const found: [string, number | undefined, string][] = [];
  for await (const entry of tar) {
    found.push([entry.header.name, entry.header.mode, (await buffer(entry)).toString()]);
  }
  expect(found).toEqual(
    Object.entries(FILES).map(([name, file]) => [
      name,
      'mode' in file ? file.mode : 0o644,
      file.content.toString(),
    ]),
  );
  expect(await makeTarGz(FILES)).toEqual(await makeTarGz(FILES));
});

it('makes a zip that a strict reader gives back whole', async () => {
  const zip = await fromBufferPromise(makeZip(FILES), { validateEntrySizes: true });
  const found: [string, string][] = [];
  for await (const entry of zip.eachEntry()) {
    found.push([entry.fileName, (await buffer(await zip.openReadStreamPromise(entry))).toString()]);
  }
  expect(found).toEqual(Object.entries(FILES).map(([name, { content }]) => [name, content.toString()]));
});

it('writes the right checksum into a zip', () => {
  expect(makeZip({ check: { content: '123456789' } }).readUInt32LE(14)).toBe(0xcbf43926);
});
