import { makeTarGz } from '@entrepot/testing';
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { zipOf } from '../archives/zip-of.spec-support.js';
import { FragmentsOnDisk } from '../fragments-on-disk.spec-support.js';
import type { PackageView } from '../packages/package-view.js';
import { useBuilder, WINDOWS } from '../use-builder.spec-support.js';

const used = useBuilder();
const ARCHIVE = zipOf([['data.bin', randomBytes(5_000_000).toString('latin1')]]);
const COUNT = 4;
const SETTINGS = { fragments: { count: COUNT } };
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Names of the fragments that a build wrote, and of those that it only named. */
async function build({
  id,
}: PackageView): Promise<{ view: PackageView; written: Set<string>; kept: string[] }> {
  const written = new Set<string>();
  const kept: string[] = [];
  used.fragments.failure = (call, name) => {
    if (call === 'putBlob') written.add(name);
    if (call === 'adoptBlobs') kept.push(name);
  };
  return { view: await used.build(id), written, kept };
}

const fragmentsOf = ({ fileId }: PackageView, ...numbers: number[]): string[] =>
  numbers.map((number) => `${fileId}-${number}`);

async function expectArchive({ fileId }: PackageView): Promise<void> {
  const names = Array.from({ length: COUNT }, (_, index) => `${fileId}-${index + 1}`);
  const stored = await Promise.all(
    names.map((name) => used.fragments.read({ area: 'package', owner: fileId, name })),
  );
  expect(sha256(Buffer.concat(stored))).toBe(sha256(ARCHIVE));
  const published = used.fragments.published.get(fileId)?.blobs.slice(0, COUNT);
  expect(published).toEqual(
    stored.map((bytes, index) => ({ name: names[index], size: bytes.length, sha256: sha256(bytes) })),
  );
}

describe('an upload that arrived cut as its fragments are', () => {
  it('is built without writing a byte of it again', async () => {
    const { view, written, kept } = await build(await used.uploaded(SETTINGS, ARCHIVE));
    expect(view).toMatchObject({
      state: 'built',
      digests: { sha256: sha256(ARCHIVE) },
      size: ARCHIVE.length,
    });
    expect([...written]).toEqual(['info']);
    expect(kept).toEqual(fragmentsOf(view, 1, 2, 3, 4));
    await expectArchive(view);
  });

  it('has only those fragments written in which a request broke off', async () => {
    const created = await used.builder.create({ ...WINDOWS, ...SETTINGS });
    const broken = Math.floor(ARCHIVE.length * 0.6);
    const length = { 'upload-length': String(ARCHIVE.length) };
    expect((await used.patch(created, 0, ARCHIVE.subarray(0, broken), length)).status).toBe(204);
    expect((await used.patch(created, broken, ARCHIVE.subarray(broken))).status).toBe(204);
    const { view, written, kept } = await build(created);
    expect(view.state).toBe('built');
    expect([...written].sort()).toEqual([...fragmentsOf(view, 3), 'info']);
    expect(kept).toEqual(fragmentsOf(view, 1, 2, 4));
    await expectArchive(view);
  });

  it.each([1, COUNT])('is never built with fragment %i damaged', async (number) => {
    const created = await used.uploaded(SETTINGS, ARCHIVE);
    const [name = ''] = fragmentsOf(created, number);
    const address = { area: 'package', owner: created.fileId, name } as const;
    used.fragments.failure = async (call, blob) => {
      if (call !== 'getBlob' || blob !== name) return;
      await used.fragments.replace(address, (bytes) => {
        bytes[9] = (bytes[9] ?? 0) ^ 1;
        return bytes;
      });
    };
    expect(await used.build(created.id)).toMatchObject({
      state: 'failed',
      error: { code: 'BUILDER_BYTES_DIFFER' },
    });
    expect(used.fragments.published.has(created.fileId)).toBe(false);
  });

  it('waits for a store that is away, and is built when it is back', async () => {
    const created = await used.uploaded(SETTINGS, ARCHIVE);
    let refused = 0;
    used.fragments.failure = (call) => {
      if (call === 'adoptBlobs' && refused++ === 0) FragmentsOnDisk.down();
    };
    const view = await used.build(created.id);
    expect(refused).toBeGreaterThan(1);
    expect(view.state).toBe('built');
    await expectArchive(view);
  });

  it('says so when its archive is found unreadable while it is read', async () => {
    const whole = await makeTarGz({ 'data.bin': { content: randomBytes(5_000_000) } });
    const linux = { operatingSystem: 'linux', action: { kind: 'STORE', path: '/opt/x' } };
    const created = await used.uploaded({ ...SETTINGS, ...linux }, whole.subarray(0, -1_000));
    const { view, kept } = await build(created);
    expect(kept).toHaveLength(COUNT);
    expect(view).toMatchObject({ state: 'failed', error: { code: 'BUILDER_ARCHIVE_UNREADABLE' } });
    expect(used.fragments.published.has(view.fileId)).toBe(false);
  });
});
