import { AppError, defineErrors } from '@entrepot/kernel';
import { describe, expect, it } from 'vitest';
import { useBuilder, WINDOWS } from '../use-builder.spec-support.js';
import type { PackageView } from './package-view.js';

const ERRORS = defineErrors({ RPC_UNAVAILABLE: ['unavailable', 'Down'] });
const DELETED = 'ocs.evt.builder.package.deleted.v1';
const NOTHING = { activations: 0, withdrawn: 0, alreadyNotified: { total: 0, deviceIds: [] } };
const used = useBuilder();

async function built(): Promise<PackageView> {
  return used.build((await used.uploaded()).id);
}

const remove = (
  { id }: PackageView,
  query = '',
): Promise<{ status: number; body: Record<string, unknown> | null }> =>
  used.builder.call('DELETE', `/api/v1/packages/${id}${query}`);

const deletions = async ({ id }: PackageView): Promise<unknown[]> =>
  (await used.eventsOf(id)).filter(({ subject }) => subject === DELETED);

describe('a built package that is deleted', () => {
  it('is withdrawn, stays known with what it consisted of, and says what could not be withdrawn', async () => {
    const view = await built();
    const deviceId = '019355aa-0000-7000-8000-00000000000d';
    used.activation.reply = () => ({
      activations: 1,
      withdrawn: 7,
      alreadyNotified: 1,
      notifiedDeviceIds: [deviceId],
    });
    expect(await remove(view)).toEqual({
      status: 200,
      body: { activations: 1, withdrawn: 7, alreadyNotified: { total: 1, deviceIds: [deviceId] } },
    });
    expect(used.activation.requests.at(-1)).toMatchObject({ packageId: view.id, accountName: 'admin' });
    const { name, fileId, digests, size } = view;
    const after = await used.view(view);
    expect(after).toMatchObject({ state: 'deleted', name, fileId, digests, size });
    expect(after.deletedAt).not.toBeNull();
    expect(await deletions(view)).toEqual([
      expect.objectContaining({ packageId: view.id, fileId, name, version: 1, immediately: false }),
    ]);
    expect(await used.eventsOf(view.id)).toContainEqual(
      expect.objectContaining({ action: 'package.delete', accountName: 'admin' }),
    );
  });

  it('can be taken back at once', async () => {
    const view = await built();
    expect((await remove(view, '?immediately=true')).status).toBe(200);
    expect(await deletions(view)).toMatchObject([{ immediately: true }]);
  });

  it('changes nothing when it is deleted again, unless it is to go at once now', async () => {
    const view = await built();
    await remove(view);
    const { deletedAt } = await used.view(view);
    expect(await remove(view)).toEqual({ status: 200, body: NOTHING });
    expect(await deletions(view)).toHaveLength(1);
    expect((await remove(view, '?immediately=true')).status).toBe(200);
    expect(await deletions(view)).toMatchObject([{ immediately: false }, { immediately: true }]);
    expect((await used.view(view)).deletedAt).toBe(deletedAt);
  });

  it('is told of once by two who delete it at the same time', async () => {
    const view = await built();
    const asked = await Promise.all([remove(view), remove(view)]);
    expect(asked.map(({ status }) => status)).toEqual([200, 200]);
    expect(await deletions(view)).toHaveLength(1);
  });

  it('stays as it is while its activations cannot be withdrawn', async () => {
    const view = await built();
    used.activation.reply = () => {
      throw new AppError(ERRORS.RPC_UNAVAILABLE, 'nobody answers');
    };
    expect(await remove(view)).toMatchObject({
      status: 503,
      body: { code: 'BUILDER_ACTIVATION_UNAVAILABLE' },
    });
    expect(await used.view(view)).toMatchObject({ state: 'built', deletedAt: null });
    expect(await deletions(view)).toEqual([]);
  });

  it('cannot be built or get an archive any more', async () => {
    const view = await built();
    await remove(view);
    const { status, body } = await used.builder.call('POST', `/api/v1/packages/${view.id}/build`);
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'BUILDER_PACKAGE_STATE', state: 'deleted' });
  });
});

describe('a package that was never built', () => {
  it('is gone when it is deleted, without anybody being asked', async () => {
    const asked = used.activation.requests.length;
    const view = await used.builder.create(WINDOWS);
    expect(await remove(view)).toEqual({ status: 204, body: null });
    expect((await used.builder.call('GET', `/api/v1/packages/${view.id}`)).status).toBe(404);
    expect((await remove(view)).status).toBe(404);
    expect(used.activation.requests).toHaveLength(asked);
    expect(await deletions(view)).toEqual([]);
  });

  it('stays while it is being built', async () => {
    const view = await used.uploaded();
    await used.builder.database.query("UPDATE package SET state = 'building' WHERE id = $1", [view.id]);
    expect(await remove(view)).toMatchObject({ status: 409, body: { code: 'BUILDER_PACKAGE_STATE' } });
    expect((await used.view(view)).state).toBe('building');
  });
});
