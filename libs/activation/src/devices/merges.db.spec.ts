import { deliveryChanged, deviceMerged, deviceRestored } from '@entrepot/contracts';
import { Outbox } from '@entrepot/platform-messaging';
import { useDatabase, waitFor } from '@entrepot/testing';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActivationTrial, messageFor } from '../activation-trial.spec-support.js';

const used = useDatabase();
let trial: ActivationTrial;
beforeAll(async () => {
  trial = await ActivationTrial.start(used.url());
});
afterAll(() => trial?.app.close());

let survivor = '';
let absorbed = '';
beforeEach(() => {
  survivor = uuidv7();
  absorbed = uuidv7();
});

const assignments = async (deviceId: string): Promise<unknown[]> =>
  (await trial.call('GET', `assignments?deviceId=${deviceId}`)).body.items;
const told = async (deviceId: string): Promise<string[]> =>
  (await trial.published(deliveryChanged))
    .filter((event) => event.deviceId === deviceId)
    .map((event) => event.state);

describe('what a device was assigned', () => {
  it('is with the survivor after a merge, with its past, and goes back with it', async () => {
    const done = await trial.activated();
    const open = await trial.activated();
    await trial.assign(done.activationId, [absorbed]);
    await trial.prolog(absorbed);
    await trial.report(absorbed, done.fileId, 'SUCCESS');
    await trial.assign(open.activationId, [absorbed]);
    const mergeId = await trial.merge(survivor, absorbed);
    expect([await assignments(absorbed), await trial.deliveries(absorbed)]).toEqual([[], []]);
    expect(await assignments(survivor)).toMatchObject([{ deviceName: 'merged' }, {}]);
    expect([await trial.prolog(absorbed), await trial.prolog(survivor)]).toEqual([[], [open.fileId]]);
    await trial.report(survivor, open.fileId, 'ERR_BAD_DIGEST');
    await trial.undo(mergeId, survivor, absorbed);
    expect([await assignments(survivor), await trial.deliveries(survivor)]).toEqual([[], []]);
    expect(await trial.deliveries(absorbed)).toMatchObject([
      { state: 'failed', deviceName: 'back', reports: [{ code: 'ERR_BAD_DIGEST' }] },
      { state: 'succeeded', reports: [{ code: 'SUCCESS' }] },
    ]);
    expect(await told(survivor)).toEqual(['succeeded', 'waiting', 'notified', 'failed']);
    expect((await told(absorbed)).slice(4)).toEqual(['succeeded', 'failed']);
  });

  it('gives way to what the survivor has of the same activation until the merge is undone', async () => {
    const { activationId, packageId, fileId } = await trial.activated();
    await trial.assign(activationId, [survivor, absorbed]);
    await trial.prolog(absorbed);
    const mergeId = await trial.merge(survivor, absorbed);
    expect(await trial.prolog(survivor)).toEqual([fileId]);
    expect(await assignments(survivor)).toHaveLength(1);
    const states = (await trial.deliveries(survivor)).map((delivery) => delivery.state);
    expect(states.sort()).toEqual(['notified', 'superseded']);
    const statistics = (): Promise<unknown> =>
      trial.call('GET', `packages/${packageId}/statistics`).then(({ body }) => body.counts);
    expect(await statistics()).toMatchObject({ notified: 1, waiting: 0 });
    await trial.report(survivor, fileId, 'SUCCESS');
    await trial.undo(mergeId, survivor, absorbed);
    expect(await trial.deliveries(survivor)).toMatchObject([{ state: 'succeeded' }]);
    expect(await trial.deliveries(absorbed)).toMatchObject([{ state: 'notified', endedAt: null }]);
    expect(await trial.prolog(absorbed)).toEqual([fileId]);
    expect(await statistics()).toMatchObject({ notified: 1, succeeded: 1 });
  });

  it('is still wanted where the survivor had it before and the machine was installed anew', async () => {
    const { activationId, fileId } = await trial.activated();
    await trial.assign(activationId, [survivor]);
    await trial.prolog(survivor);
    await trial.report(survivor, fileId, 'SUCCESS');
    await trial.assign(activationId, [absorbed]);
    await trial.merge(survivor, absorbed);
    expect(await trial.prolog(survivor)).toEqual([fileId]);
    expect(await assignments(survivor)).toMatchObject([{ delivery: { state: 'notified' } }]);
  });

  it('makes way for what the merged device is given, and comes back as it was', async () => {
    const { activationId, fileId } = await trial.activated();
    await trial.assign(activationId, [absorbed]);
    const mergeId = await trial.merge(survivor, absorbed);
    const again = await trial.assign(activationId, [survivor], { force: true });
    expect(again.body.items).toMatchObject([{ deviceId: survivor, attempt: 1 }]);
    expect(await assignments(survivor)).toMatchObject([{ force: true }]);
    await trial.undo(mergeId, survivor, absorbed);
    expect(await assignments(absorbed)).toMatchObject([{ force: false, delivery: { state: 'waiting' } }]);
    expect([await trial.prolog(absorbed), await trial.prolog(survivor)]).toEqual([[fileId], [fileId]]);
  });

  it('does not come back when its activation was withdrawn meanwhile', async () => {
    const { activationId } = await trial.activated();
    await trial.assign(activationId, [survivor, absorbed]);
    const mergeId = await trial.merge(survivor, absorbed);
    await trial.call('DELETE', `activations/${activationId}`);
    await trial.undo(mergeId, survivor, absorbed);
    expect(await trial.deliveries(absorbed)).toMatchObject([{ state: 'withdrawn' }]);
  });

  it('goes on with a survivor that is merged in its turn', async () => {
    const last = uuidv7();
    const { activationId, fileId } = await trial.activated();
    await trial.assign(activationId, [absorbed]);
    const onwards = await trial.merge(last, survivor);
    const mergeId = await trial.merge(survivor, absorbed);
    expect(await trial.prolog(last)).toEqual([fileId]);
    await trial.undo(mergeId, survivor, absorbed);
    expect(await trial.prolog(absorbed)).toEqual([fileId]);
    await trial.undo(onwards, last, survivor);
    expect(await trial.prolog(absorbed)).toEqual([fileId]);
  });

  it('is the survivor’s also for who assigns, or reports, while the merge is on its way', async () => {
    const one = await trial.activated();
    const two = await trial.activated();
    await trial.assign(one.activationId, [absorbed]);
    await trial.prolog(absorbed);
    await trial.merge(survivor, absorbed);
    await trial.report(absorbed, one.fileId, 'SUCCESS');
    expect(await trial.deliveries(survivor)).toMatchObject([{ state: 'succeeded' }]);
    const assigned = await trial.assign(two.activationId, [absorbed, survivor]);
    expect(assigned.body).toMatchObject({ total: 1, items: [{ deviceId: survivor }] });
  });
});

describe('merges that are told', () => {
  it('twice move nothing twice', async () => {
    const { activationId } = await trial.activated();
    await trial.assign(activationId, [absorbed]);
    const context = messageFor('activation.follow-merge');
    const mergeId = await trial.merge(survivor, absorbed, undefined, context);
    await trial.merge(survivor, absorbed, mergeId, context);
    await trial.merge(survivor, absorbed, mergeId);
    expect(await told(survivor)).toEqual(['waiting']);
    const undone = messageFor('activation.follow-restored-device');
    await trial.undo(mergeId, survivor, absorbed, undone);
    await trial.undo(mergeId, survivor, absorbed, undone);
    await trial.undo(mergeId, survivor, absorbed);
    expect(await told(absorbed)).toEqual(['waiting', 'waiting']);
    await trial.merge(survivor, absorbed, mergeId);
    expect(await trial.deliveries(survivor)).toEqual([]);
  });

  it('after they were undone move nothing', async () => {
    const { activationId, fileId } = await trial.activated();
    await trial.assign(activationId, [absorbed]);
    const mergeId = uuidv7();
    await trial.undo(mergeId, survivor, absorbed);
    await trial.merge(survivor, absorbed, mergeId);
    expect(await trial.prolog(absorbed)).toEqual([fileId]);
    expect(await told(survivor)).toEqual([]);
  });

  it('by the bus arrive here, and other ways of being back move nothing', async () => {
    const { activationId } = await trial.activated();
    await trial.assign(activationId, [absorbed]);
    const device = { agentDeviceId: 'x', name: 'x', at: new Date().toISOString() };
    const mergeId = uuidv7();
    const merged = { ...device, deviceId: survivor, absorbedId: absorbed, mergeId, cause: 'manual' as const };
    const back = {
      ...device,
      deviceId: absorbed,
      survivorId: null,
      mergeId: null,
      reason: 'called' as const,
    };
    const outbox = trial.app.get(Outbox);
    await outbox.transaction(async (tx) => {
      tx.publish(deviceRestored, back, absorbed);
      tx.publish(deviceMerged, merged, survivor);
    });
    const moved = async (): Promise<boolean> => (await trial.deliveries(survivor)).length === 1;
    await waitFor(moved, { what: 'the merge' });
  });

  it('at the same time as packages are assigned lose none of them', async () => {
    const packages = await Promise.all(Array.from({ length: 8 }, () => trial.activated()));
    const merging = trial.merge(survivor, absorbed);
    await Promise.all(packages.map(({ activationId }) => trial.assign(activationId, [absorbed])));
    await merging;
    const offered = await trial.prolog(survivor);
    expect([...offered].sort()).toEqual(packages.map(({ fileId }) => fileId).sort());
  });
});
