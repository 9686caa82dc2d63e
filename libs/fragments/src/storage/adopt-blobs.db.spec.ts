import { MAX_ADOPTED_BLOBS } from '@entrepot/contracts';
import { sha256Hex, type FileId } from '@entrepot/kernel';
import { randomBytes, randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFileId } from './storage-trial.spec-support.js';
import { refusal, useStorage } from './use-storage.spec-support.js';

const used = useStorage();

/** An upload of so many parts, and what they hold. */
async function uploaded(count: number): Promise<{ owner: string; parts: Buffer[] }> {
  const owner = randomUUID();
  const parts = Array.from({ length: count }, () => randomBytes(20_000));
  for (const [index, part] of parts.entries())
    await used.trial.put({ area: 'upload', owner, name: `part-${index}` }, part);
  return { owner, parts };
}

const named = (fileId: FileId, count: number): { name: string; as: string }[] =>
  Array.from({ length: count }, (_, index) => ({ name: `part-${index}`, as: `${fileId}-${index + 1}` }));

describe('blobs of an upload that a package adopts', () => {
  it('are its fragments, and stay when the upload is deleted', async () => {
    const fileId = newFileId();
    const { owner, parts } = await uploaded(20);
    const request = { from: owner, to: fileId, blobs: named(fileId, 20) };
    await used.trial.rpc.adoptBlobs(request);
    await used.trial.rpc.adoptBlobs(request);
    const blobs = parts.map((part, index) => ({
      name: `${fileId}-${index + 1}`,
      size: part.length,
      sha256: sha256Hex(part),
    }));
    await used.trial.put({ area: 'package', owner: fileId, name: 'info' }, Buffer.from('<DOWNLOAD/>'));
    const info = { name: 'info', size: 11, sha256: sha256Hex(Buffer.from('<DOWNLOAD/>')) };
    await used.trial.rpc.publishPackage({ fileId, blobs: [...blobs, info] });
    await used.trial.rpc.deleteBlobs({ area: 'upload', owner });
    for (const [index, part] of parts.entries())
      expect(await used.trial.download(fileId, `${fileId}-${index + 1}`)).toEqual(part);
  });

  it('take no room of their own on a disk', async () => {
    const fileId = newFileId();
    const { owner } = await uploaded(1);
    await used.trial.rpc.adoptBlobs({ from: owner, to: fileId, blobs: named(fileId, 1) });
    const [one, other] = await Promise.all([
      stat(join(used.directory, 'objects', 'upload', owner, 'part-0')),
      stat(join(used.directory, 'objects', 'package', fileId, `${fileId}-1`)),
    ]);
    expect(one.ino).toBe(other.ino);
  });

  it('must be there', async () => {
    const fileId = newFileId();
    const request = { from: randomUUID(), to: fileId, blobs: named(fileId, 1) };
    expect(await refusal(used.trial.rpc.adoptBlobs(request))).toBe('FRAGMENTS_BLOB_NOT_FOUND');
  });

  it('never change a package that is published', async () => {
    const fileId = await used.trial.publish([randomBytes(100)]);
    const { owner } = await uploaded(1);
    const request = { from: owner, to: fileId, blobs: named(fileId, 1) };
    expect(await refusal(used.trial.rpc.adoptBlobs(request))).toBe('FRAGMENTS_PACKAGE_PUBLISHED');
  });

  it('are of an upload, have names of one word, and are no more than one call can take', async () => {
    const fileId = newFileId();
    const { owner } = await uploaded(1);
    const requests = [
      { from: '../package', to: fileId, blobs: named(fileId, 1) },
      { from: owner, to: 'info', blobs: named(fileId, 1) },
      { from: owner, to: fileId, blobs: [{ name: '../part-0', as: `${fileId}-1` }] },
      { from: owner, to: fileId, blobs: [{ name: 'part-0', as: '../../x' }] },
      { from: owner, to: fileId, blobs: named(fileId, MAX_ADOPTED_BLOBS + 1) },
    ];
    for (const request of requests)
      expect(await refusal(used.trial.rpc.adoptBlobs(request))).toBe('FRAGMENTS_ADDRESS_INVALID');
    expect(await used.trial.keys(`package/${fileId}/`)).toEqual([]);
  });
});
