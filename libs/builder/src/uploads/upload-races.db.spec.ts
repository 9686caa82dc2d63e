import type { UploadId } from '@entrepot/kernel';
import type { Principal } from '@entrepot/platform-auth';
import { waitFor } from '@entrepot/testing';
import { randomUUID } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import type { PackageView } from '../packages/package-view.js';
import { PruneUploads } from './prune-uploads.js';
import { StartUpload } from './start-upload.js';
import { UploadRepository } from './upload.repository.js';
import { useBuilder, WINDOWS } from '../use-builder.spec-support.js';

const used = useBuilder();
const draft = (): Promise<PackageView> => used.builder.create(WINDOWS);
const uploadIdOf = (view: PackageView): UploadId => view.upload?.url.split('/').at(-1) as UploadId;

const ADMIN: Principal = { accountId: randomUUID(), name: 'admin' };

/** Past tus, whose lock of this process lets nobody in: as another process would. */
async function startOver(view: PackageView): Promise<{ status: number }> {
  await used.builder.get(StartUpload).start(uploadIdOf(view), 6, { principal: ADMIN, fileName: null });
  return { status: 201 };
}

describe('a part that is still being stored', () => {
  it.each([
    [
      'its package is deleted',
      204,
      (view: PackageView) => used.builder.call('DELETE', `/api/v1/packages/${view.id}`),
    ],
    ['its upload starts over', 201, (view: PackageView) => startOver(view)],
  ])('when %s is freed all the same', async (_what, expected, act) => {
    const view = await draft();
    const before = await used.storageOf(view);
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let isStoring = false;
    const swept: string[] = [];
    used.fragments.failure = (call, name) => {
      if (call === 'deleteBlobs') swept.push(name);
      if (call !== 'putBlob') return;
      isStoring = true;
      return gate;
    };
    const sending = used.patch(view, 0, Buffer.from('abc'), { 'upload-length': '6' });
    await waitFor(() => isStoring, { what: 'the part to be stored' });
    expect((await act(view)).status).toBe(expected);
    await waitFor(() => swept.includes(before), { what: 'the first sweep' });
    release();
    expect((await sending).status).toBeGreaterThanOrEqual(400);
    await waitFor(() => swept.filter((owner) => owner === before).length === 2, { what: 'another sweep' });
    await used.freed(before);
  });
});

describe('whoever changes an upload', () => {
  it.each([
    ['by starting it over', (view: PackageView) => used.tus(view, 'POST', { 'upload-length': '6' })],
    [
      'by telling its length',
      (view: PackageView) => used.patch(view, 0, Buffer.from('abc'), { 'upload-length': '6' }),
    ],
    ['by sending bytes', (view: PackageView) => used.patch(view, 0, Buffer.from('abc'))],
  ])('%s takes no lock while somebody else has the package', async (_what, change) => {
    const view = await draft();
    const other = used.builder.database.createQueryRunner();
    await other.startTransaction();
    let changing: Promise<Response>;
    try {
      await other.query('SELECT FROM package WHERE id = $1 FOR UPDATE', [view.id]);
      changing = change(view);
      await used.someoneWaits();
      await other.query('SELECT FROM upload WHERE package_id = $1 FOR UPDATE NOWAIT', [view.id]);
    } finally {
      await other.rollbackTransaction();
      await other.release();
    }
    expect((await changing).ok).toBe(true);
  });
});

it('records who threw an archive away by starting over', async () => {
  const view = await used.uploaded();
  const { status } = await used.tus(view, 'POST', { 'upload-length': '6' });
  expect(status).toBe(201);
  expect(await used.eventsOf(view.id)).toContainEqual(
    expect.objectContaining({
      subject: 'ocs.evt.audit.change.recorded.v1',
      action: 'package.restart-upload',
      accountName: 'admin',
    }),
  );
});

it('does not record the start of an upload that held nothing', async () => {
  const view = await draft();
  await used.tus(view, 'POST', { 'upload-length': '6' });
  const actions = (await used.eventsOf(view.id)).map(({ action }) => action);
  expect(actions.filter((action) => action !== undefined)).toEqual(['package.create']);
});

it('empties no upload that somebody has gone on with, and passes over one that is gone', async () => {
  const [active, idle] = [await draft(), await draft()];
  for (const view of [active, idle]) await used.patch(view, 0, Buffer.from('abc'), { 'upload-length': '6' });
  await used.builder.database.query(
    "UPDATE upload SET changed_at = now() - interval '8 days' WHERE package_id = $1",
    [idle.id],
  );
  const ids = [randomUUID() as UploadId, uploadIdOf(active), uploadIdOf(idle)];
  vi.spyOn(used.builder.get(UploadRepository), 'abandonedSince').mockResolvedValue(ids.map((id) => ({ id })));
  await used.builder.get(PruneUploads).execute();
  expect((await used.view(active)).upload?.offset).toBe(3);
  expect((await used.view(idle)).upload?.offset).toBe(0);
});

it('goes on with the other uploads when one cannot be emptied', async () => {
  const [broken, idle] = [await draft(), await draft()];
  for (const view of [broken, idle]) await used.patch(view, 0, Buffer.from('abc'), { 'upload-length': '6' });
  await used.builder.database.query("UPDATE upload SET changed_at = now() - interval '8 days'");
  const uploads = used.builder.get(UploadRepository);
  vi.spyOn(uploads, 'abandonedSince').mockResolvedValue(
    [broken, idle].map((view) => ({ id: uploadIdOf(view) })),
  );
  vi.spyOn(uploads, 'restart').mockRejectedValueOnce(new Error('a mistake of ours'));
  await used.builder.get(PruneUploads).execute();
  expect((await used.view(broken)).upload?.offset).toBe(3);
  expect((await used.view(idle)).upload?.offset).toBe(0);
});
