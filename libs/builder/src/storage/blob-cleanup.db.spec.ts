import { AppError, defineErrors } from '@entrepot/kernel';
import { waitFor } from '@entrepot/testing';
import { randomUUID } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { BlobCleanup } from './blob-cleanup.js';
import { startBuilder } from '../builder-program.spec-support.js';
import { FragmentsOnDisk } from '../fragments-on-disk.spec-support.js';
import { useBuilder } from '../use-builder.spec-support.js';

const ERRORS = defineErrors({
  FRAGMENTS_DELETION_UNFINISHED: ['unavailable', 'Some are left'],
  FRAGMENTS_BROKEN: ['internal', 'Broken'],
});
const used = useBuilder();

/** Call it when the failures of the test are set: a sweep that an earlier test has begun may find it at once. */
async function remember(area: string, owner: string): Promise<void> {
  await used.builder.database.query('INSERT INTO blob_cleanup (area, owner) VALUES ($1, $2)', [area, owner]);
}

async function remembered(): Promise<string[]> {
  const rows: { owner: string }[] = await used.builder.database.query('SELECT owner FROM blob_cleanup');
  return rows.map(({ owner }) => owner);
}

const sweep = (): Promise<void> => used.builder.get(BlobCleanup).sweep();

it('goes on with the others when the blobs of one owner cannot be deleted, and tries that one again', async () => {
  const bad = randomUUID();
  used.fragments.failure = (call, name) => {
    if (call === 'deleteBlobs' && name === bad) throw new AppError(ERRORS.FRAGMENTS_BROKEN, 'broken');
  };
  await remember('upload', bad);
  await remember('upload', randomUUID());
  await sweep();
  expect(await remembered()).toEqual([bad]);
  used.fragments.failure = () => undefined;
  await sweep();
  expect(await remembered()).toEqual([]);
});

it('does not try every owner while storage is down', async () => {
  let deletions = 0;
  used.fragments.failure = (call) => {
    if (call === 'deleteBlobs') deletions += 1;
    FragmentsOnDisk.down();
  };
  await remember('upload', randomUUID());
  await remember('upload', randomUUID());
  await sweep();
  expect(deletions).toBe(1);
  used.fragments.failure = () => undefined;
  await sweep();
  expect(await remembered()).toEqual([]);
});

it('forgets a package that turns out to be published', async () => {
  const { id, fileId } = await used.uploaded();
  await used.build(id);
  await remember('package', fileId);
  await sweep();
  expect(await remembered()).toEqual([]);
  expect(await used.fragments.stored({ area: 'package', owner: fileId })).toContain('info');
});

it('asks until nothing is left of an owner with many blobs', async () => {
  const owner = randomUUID();
  let calls = 0;
  used.fragments.failure = (call, name) => {
    if (call !== 'deleteBlobs' || name !== owner) return;
    calls += 1;
    if (calls < 3) throw new AppError(ERRORS.FRAGMENTS_DELETION_UNFINISHED, 'more');
  };
  await remember('upload', owner);
  await sweep();
  expect(calls).toBe(3);
  expect(await remembered()).toEqual([]);
});

it('keeps nobody waiting who gives blobs up', async () => {
  const [deleted, restarted] = [await used.uploaded(), await used.uploaded()];
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  let isDeleting = false;
  used.fragments.failure = (call) => {
    if (call !== 'deleteBlobs') return;
    isDeleting = true;
    return gate;
  };
  try {
    expect((await used.builder.call('DELETE', `/api/v1/packages/${deleted.id}`)).status).toBe(204);
    expect((await used.tus(restarted, 'POST', { 'upload-length': '3' })).status).toBe(201);
    await waitFor(() => isDeleting, { what: 'the sweep to begin' });
    expect(await remembered()).toHaveLength(2);
  } finally {
    release();
  }
  await waitFor(async () => (await remembered()).length === 0, { what: 'the sweep to end' });
});

it('deletes once more what is given up while it is being deleted', async () => {
  const owner = randomUUID();
  let calls = 0;
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  used.fragments.failure = (call, name) => {
    if (call !== 'deleteBlobs' || name !== owner) return;
    calls += 1;
    return gate;
  };
  await remember('upload', owner);
  const cleanup = used.builder.get(BlobCleanup);
  const sweeping = cleanup.sweep();
  await waitFor(() => calls === 1, { what: 'the deletion to begin' });
  const adding = used.builder.database.transaction((manager) =>
    cleanup.add(manager, { area: 'upload', owner }),
  );
  await used.someoneWaits();
  release();
  await Promise.all([adding, sweeping]);
  await cleanup.sweep();
  expect(calls).toBe(2);
  expect(await remembered()).toEqual([]);
});

it('ends a deletion under way, and begins no other, when its program stops', async () => {
  await sweep();
  const stopping = await startBuilder(used.url(), { fragments: used.fragments });
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  let deletions = 0;
  used.fragments.failure = (call) => {
    if (call !== 'deleteBlobs') return;
    deletions += 1;
    return gate;
  };
  for (const owner of [randomUUID(), randomUUID()]) await remember('upload', owner);
  const cleanup = stopping.get(BlobCleanup);
  const stop = vi.spyOn(cleanup, 'beforeApplicationShutdown');
  cleanup.start();
  await waitFor(() => deletions === 1, { what: 'the deletion to begin' });
  const stopped = stopping.stop();
  await waitFor(() => stop.mock.calls.length === 1, { what: 'the program to stop' });
  release();
  await stopped;
  expect(deletions).toBe(1);
  expect(await remembered()).toHaveLength(1);
  await sweep();
});
