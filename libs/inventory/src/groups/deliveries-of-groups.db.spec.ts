import { deliveryChanged, type EventOf } from '@entrepot/contracts';
import { Outbox } from '@entrepot/platform-messaging';
import { waitFor } from '@entrepot/testing';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { useGroupTrial } from './group-trial.spec-support.js';
import { KeepDeliveries } from './keep-deliveries.js';

const trial = useGroupTrial();
const { device, group, members } = trial;

type Delivery = EventOf<typeof deliveryChanged>;

async function tell(...deliveries: Delivery[]): Promise<void> {
  const outbox = trial.app().get(Outbox, { strict: false });
  await outbox.transaction((tx) => {
    for (const delivery of deliveries) tx.publish(deliveryChanged, delivery, delivery.deviceId);
    return Promise.resolve();
  });
}

async function untilHandled(): Promise<void> {
  await waitFor(
    async () => {
      const left = await trial.sql(
        `SELECT 1 FROM outbox WHERE subject LIKE '%delivery%' AND published_at IS NULL`,
      );
      return left.length === 0;
    },
    { what: 'the deliveries to be handled' },
  );
}

const delivery = (deviceId: string): Delivery => ({
  deliveryId: uuidv7(),
  assignmentId: uuidv7(),
  deviceId,
  packageId: uuidv7(),
  fileId: '1234567890',
  attempt: 1,
  state: 'waiting',
  code: null,
  at: '2026-11-21T10:00:00.000Z',
});

const known = (deviceId: string): Promise<{ attempt: number; state: string; code: string | null }[]> =>
  trial.sql('SELECT attempt, state, code FROM device_delivery WHERE device_id = $1', [deviceId]);

describe('what activation says of deliveries', () => {
  it('makes and ends memberships of groups that ask for it', async () => {
    const id = await device(1);
    const first = delivery(id);
    const criteria = { package: first.packageId, operator: 'status', value: ['failed'] };
    const groupId = await group('Failed', { kind: 'dynamic', criteria });
    await tell(first, { ...first, state: 'notified' }, { ...first, state: 'failed', code: 'ERR_BAD_DIGEST' });
    await waitFor(async () => (await members(groupId)).length === 1, { what: 'the membership' });
    await tell({ ...first, attempt: 2, at: '2026-11-21T11:00:00.000Z' });
    await waitFor(async () => (await members(groupId)).length === 0, { what: 'its end' });
  });

  it('follow their device when it is merged with another', async () => {
    const [absorbed, survivor] = [await device(3), await device(4)];
    const given = delivery(absorbed);
    await tell(given, { ...given, deviceId: survivor, at: '2026-11-21T11:00:00.000Z' });
    await untilHandled();
    expect(await known(absorbed)).toEqual([]);
    expect(await known(survivor)).toMatchObject([{ attempt: 1, state: 'waiting' }]);
  });

  it('counts by attempt and by time, in whatever order it comes and however often', async () => {
    const id = await device(2);
    const first = delivery(id);
    const second = { ...first, attempt: 2, deliveryId: uuidv7(), at: '2026-11-21T11:00:00.000Z' };
    const done = { ...second, state: 'succeeded' as const, code: 'SUCCESS', at: '2026-11-21T12:00:00.000Z' };
    await tell(
      second,
      done,
      { ...first, state: 'superseded', at: '2026-11-21T13:00:00.000Z' },
      second,
      first,
    );
    await untilHandled();
    expect(await known(id)).toEqual([{ attempt: 2, state: 'succeeded', code: 'SUCCESS' }]);
    await tell({ ...done, state: 'waiting', code: null });
    await untilHandled();
    expect(await known(id)).toMatchObject([{ state: 'succeeded' }]);
  });

  it('are written together, except one that cannot be', async () => {
    const keep = trial.app().get(KeepDeliveries, { strict: false });
    const many = Array.from({ length: 12 }, () => delivery(uuidv7()));
    const tooLarge = { ...delivery(uuidv7()), attempt: 2 ** 40 };
    const settled = await Promise.allSettled([...many, tooLarge].map((one) => keep.execute(one)));
    expect(settled.filter(({ status }) => status === 'rejected')).toEqual([settled.at(-1)]);
    for (const { deviceId } of many) expect(await known(deviceId)).toMatchObject([{ state: 'waiting' }]);

    const later = { at: '2026-11-21T11:00:00.000Z' };
    const moved = many.map((one) => ({ ...one, ...later, deviceId: uuidv7() }));
    expect(await Promise.all(moved.map((one) => keep.execute(one)))).toEqual(
      many.map(({ deviceId }) => [deviceId]),
    );
    for (const { deviceId } of many) expect(await known(deviceId)).toEqual([]);
  });
});
