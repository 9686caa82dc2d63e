import { sha256Hex, type FileId } from '@entrepot/kernel';
import { fragmentName } from '@entrepot/ocs-wire';
import { waitFor } from '@entrepot/testing';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CleanUpObjects } from './clean-up-objects.js';
import { newFileId } from './storage-trial.spec-support.js';
import { refusal, useStorage } from './use-storage.spec-support.js';

const used = useStorage();

const cleanUp = (): Promise<void> => used.trial.get(CleanUpObjects).execute(0);

async function read(fileId: FileId, name: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const address = { area: 'package', owner: fileId, name } as const;
  for await (const { chunk } of used.trial.rpc.getBlob({ address, offset: 0, length: 0 })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('the same bytes in several packages', () => {
  it('are stored once, and read and downloaded under each of their addresses', async () => {
    const [shared, own] = [randomBytes(50_000), randomBytes(50_000)];
    const first = await used.trial.publish([shared]);
    const second = await used.trial.publish([shared, own]);
    await cleanUp();
    expect(await used.trial.keys(`package/${first}/`)).toEqual([`package/${first}/info`]);
    for (const fileId of [first, second]) {
      expect(await used.trial.download(fileId, `${fileId}-1`)).toEqual(shared);
      expect(await read(fileId, `${fileId}-1`)).toEqual(shared);
    }
    expect(await used.trial.download(second, `${second}-2`)).toEqual(own);
  });

  it('are stored once when they are fragments of one package', async () => {
    const zeros = Buffer.alloc(20_000);
    const fileId = await used.trial.publish([zeros, zeros, zeros]);
    await cleanUp();
    expect(await used.trial.keys(`package/${fileId}/`)).toHaveLength(2);
    for (const n of [1, 2, 3])
      expect(await used.trial.download(fileId, fragmentName(fileId, n))).toEqual(zeros);
  });

  it('are left alone by a second request to publish', async () => {
    const fileId = newFileId();
    const blobs = await used.trial.store(fileId, [randomBytes(1_000)]);
    await used.trial.rpc.publishPackage({ fileId, blobs });
    const before: unknown = await used.trial.database.query('SELECT * FROM content ORDER BY sha256');
    await used.trial.rpc.publishPackage({ fileId, blobs: blobs.toReversed() });
    expect(await used.trial.database.query('SELECT * FROM content ORDER BY sha256')).toEqual(before);
    await cleanUp();
    expect(await used.trial.keys(`package/${fileId}/`)).toHaveLength(2);
  });

  it('come from the object that was read back last, so that publishing ends their damage', async () => {
    const bytes = randomBytes(10_000);
    const first = await used.trial.publish([bytes]);
    await used.trial.database.query(
      "UPDATE content SET damaged_at = now(), damage = 'rot' WHERE sha256 = $1",
      [sha256Hex(bytes)],
    );
    used.trial.forget();
    expect(await used.trial.download(first, `${first}-1`)).toBe(503);
    const second = await used.trial.publish([bytes]);
    expect(await used.trial.keyOf(first, `${first}-1`)).toBe(`package/${second}/${second}-1`);
    expect(await used.trial.download(first, `${first}-1`)).toEqual(bytes);
    await waitFor(() => used.trial.heard.restored.some(({ sha256 }) => sha256 === sha256Hex(bytes)));
    expect(used.trial.heard.restored.at(-1)).toMatchObject({
      files: [{ fileId: first, name: `${first}-1` }],
      source: `package ${second}`,
    });
  });

  it('cannot be claimed to be of another size', async () => {
    const bytes = randomBytes(1_000);
    await used.trial.publish([bytes]);
    const fileId = newFileId();
    const blobs = await used.trial.store(fileId, [bytes.subarray(1)]);
    const lying = blobs.map((blob) => (blob.name === 'info' ? blob : { ...blob, sha256: sha256Hex(bytes) }));
    expect(await refusal(used.trial.rpc.publishPackage({ fileId, blobs: lying }))).toBe(
      'FRAGMENTS_PACKAGE_INCOMPLETE',
    );
    expect(await used.trial.download(fileId, 'info')).toBe(404);
  });

  it('are stored once when packages that overlap are published side by side', async () => {
    const bytes = Array.from({ length: 12 }, () => randomBytes(2_000));
    const fileIds = Array.from({ length: 6 }, () => newFileId());
    const lists = await Promise.all(
      fileIds.map((fileId, index) => {
        const part = [...bytes.slice(index), ...bytes.slice(0, index)].slice(0, 8);
        return used.trial.store(fileId, index % 2 === 0 ? part : part.toReversed());
      }),
    );
    await Promise.all(
      fileIds.map((fileId, index) => used.trial.rpc.publishPackage({ fileId, blobs: lists[index] ?? [] })),
    );
    await cleanUp();
    const left = await Promise.all(fileIds.map((fileId) => used.trial.keys(`package/${fileId}/`)));
    expect(left.flat()).toHaveLength(bytes.length + fileIds.length);
    for (const [index, fileId] of fileIds.entries())
      for (const { name, sha256 } of lists[index] ?? [])
        expect(sha256Hex((await used.trial.download(fileId, name)) as Buffer)).toBe(sha256);
  });
});

describe('what is published', () => {
  it('never changes: neither its bytes nor its list, and it cannot be deleted', async () => {
    const fileId = newFileId();
    const blobs = await used.trial.store(fileId, [randomBytes(100)]);
    await used.trial.rpc.publishPackage({ fileId, blobs });
    const other = blobs.map((blob) => ({ ...blob, sha256: 'a'.repeat(64) }));
    const address = { area: 'package', owner: fileId, name: `${fileId}-1` } as const;
    const attempts = [
      used.trial.rpc.publishPackage({ fileId, blobs: other }),
      used.trial.rpc.deleteBlobs(address),
      used.trial.put(address, Buffer.from('x')),
    ];
    expect(await Promise.all(attempts.map(refusal))).toEqual(Array(3).fill('FRAGMENTS_PACKAGE_PUBLISHED'));
  });

  it('is every blob as announced, or nothing', async () => {
    const fileId = newFileId();
    const blobs = await used.trial.store(fileId, [Buffer.from('abc'), Buffer.from('def')]);
    const wrong = [
      blobs.slice(1),
      blobs.slice(0, 2),
      blobs.map((blob) => ({ ...blob, size: blob.size + 1 })),
      [...blobs, { name: `${fileId}-3`, size: 1, sha256: 'a'.repeat(64) }],
    ];
    for (const list of wrong)
      expect(await refusal(used.trial.rpc.publishPackage({ fileId, blobs: list }))).toBe(
        'FRAGMENTS_PACKAGE_INCOMPLETE',
      );
    expect(await used.trial.download(fileId, 'info')).toBe(404);
    await used.trial.rpc.publishPackage({ fileId, blobs });
    expect(await used.trial.download(fileId, `${fileId}-1`)).toEqual(Buffer.from('abc'));
  });
});
