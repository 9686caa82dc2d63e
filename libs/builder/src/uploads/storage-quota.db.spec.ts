import { waitFor } from '@entrepot/testing';
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { zipOf } from '../archives/zip-of.spec-support.js';
import type { PackageView } from '../packages/package-view.js';
import { useBuilder, WINDOWS } from '../use-builder.spec-support.js';
import type { StorageUsage } from './storage-quota.js';

const QUOTA = 1_000_000;
const used = useBuilder(() => ({ quotaBytes: QUOTA }));

const draft = (): Promise<PackageView> => used.builder.create(WINDOWS);
const usage = async (): Promise<StorageUsage> =>
  (await used.builder.call<StorageUsage>('GET', '/api/v1/packages/usage')).body;
const length = (bytes: number): Record<string, string> => ({ 'upload-length': String(bytes) });
const DEFERRED = { 'upload-defer-length': '1' };

afterEach(async () => {
  await used.builder.database.query('DELETE FROM package');
});

/** So much is taken from now on until the end of the test. */
async function take(bytes: number): Promise<PackageView> {
  const view = await draft();
  expect((await used.patch(view, 0, randomBytes(bytes), length(bytes + 1))).status).toBe(204);
  return view;
}

const free = ({ id }: PackageView): Promise<unknown> => used.builder.call('DELETE', `/api/v1/packages/${id}`);

describe('the quota', () => {
  it('counts what uploads hold and built packages, until they are deleted', async () => {
    const archive = zipOf([['a.bin', 'x'.repeat(100_000)]]);
    const view = await used.uploaded({}, archive);
    const held = archive.length;
    const asUpload = { usedBytes: held, uploadBytes: held, packageBytes: 0, quotaBytes: QUOTA };
    expect(await usage()).toEqual(asUpload);
    await used.build(view.id);
    expect(await usage()).toEqual({ ...asUpload, uploadBytes: 0, packageBytes: held });
    await free(view);
    expect(await usage()).toEqual({ ...asUpload, usedBytes: 0, uploadBytes: 0 });
  });

  it('refuses a length that does not fit as soon as it is told', async () => {
    await take(600_000);
    const view = await draft();
    const refused = await used.tus(view, 'POST', length(400_001));
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({
      code: 'BUILDER_QUOTA_EXCEEDED',
      usedBytes: 600_000,
      quotaBytes: QUOTA,
    });
    expect((await used.patch(view, 0, Buffer.from('x'), length(400_001))).status).toBe(413);
    expect((await used.view(view)).upload).toMatchObject({ offset: 0, size: null });
    expect((await used.tus(view, 'POST', length(400_000))).status).toBe(201);
  });

  it('does not count what starting over throws away', async () => {
    const view = await take(900_000);
    expect((await used.tus(view, 'POST', length(QUOTA))).status).toBe(201);
  });

  it('keeps what fits of an archive whose length is not told, and goes on when there is room again', async () => {
    const taken = await take(700_000);
    const view = await draft();
    const bytes = randomBytes(500_000);
    expect((await used.tus(view, 'POST', DEFERRED)).status).toBe(201);
    const refused = await used.patch(view, 0, bytes);
    expect(refused.status).toBe(413);
    expect((await used.view(view)).upload).toMatchObject({ offset: 300_000 });
    expect(await usage()).toMatchObject({ usedBytes: QUOTA });
    const stored = await used.fragments.stored({ area: 'upload', owner: await used.storageOf(view) });
    expect((await used.patch(view, 300_000, bytes.subarray(300_000))).status).toBe(413);
    expect(
      await used.fragments.stored({ area: 'upload', owner: await used.storageOf(view) }),
      'a refused part is not even stored',
    ).toEqual(stored);
    await free(taken);
    const rest = await used.patch(view, 300_000, bytes.subarray(300_000), length(500_000));
    expect(rest.status).toBe(204);
    expect((await used.view(view)).state).toBe('uploaded');
  });

  it('is not exceeded by two that take the last room at the same time', async () => {
    await take(400_000);
    const views = [await draft(), await draft()];
    let storing = 0;
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    used.fragments.failure = (call) => {
      if (call !== 'putBlob') return;
      storing += 1;
      return gate;
    };
    const sending = views.map((view) => used.patch(view, 0, randomBytes(600_000), length(600_000)));
    await waitFor(() => storing >= 2, { what: 'both to have found room' });
    release();
    const statuses = (await Promise.all(sending)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([204, 413]);
    expect(await usage()).toMatchObject({ usedBytes: QUOTA });
  });

  it('refuses a package whose archive a template would make, without leaving it behind', async () => {
    const taken = await take(QUOTA - 10);
    const template = { name: 'batch', script: 'echo hello' };
    const settings = { name: 'by template', operatingSystem: 'windows', template };
    expect((await used.builder.call('POST', '/api/v1/packages', settings)).status).toBe(413);
    await free(taken);
    const made = await used.builder.call('POST', '/api/v1/packages', settings);
    expect(made).toMatchObject({ status: 201, body: { state: 'uploaded' } });
  });
});
