import { deliveryChanged, inventoryAccepted } from '@entrepot/contracts';
import { Outbox } from '@entrepot/platform-messaging';
import { useDatabase, waitFor } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActivationTrial, messageFor } from '../activation-trial.spec-support.js';
import { KeepDeviceConsumer } from '../devices/keep-device.consumer.js';

const used = useDatabase();
let trial: ActivationTrial;
beforeAll(async () => {
  trial = await ActivationTrial.start(used.url());
});
afterAll(() => trial?.app.close());

let device = '';
beforeEach(() => {
  device = uuidv7();
});

describe('at the same time and more than once', () => {
  it('two PROLOGs of one device tell others once', async () => {
    const one = await trial.activated(7);
    const two = await trial.activated(0);
    await trial.assign(one.activationId, [device]);
    await trial.assign(two.activationId, [device]);
    const offers = await Promise.all([trial.prolog(device), trial.prolog(device), trial.prolog(device)]);
    expect(offers).toEqual(Array(3).fill([two.fileId, one.fileId]));
    const events = await trial.published(deliveryChanged);
    const notified = events.filter((event) => event.deviceId === device && event.state === 'notified');
    expect(notified).toHaveLength(2);
  });

  it('many devices each get their own, the same device also twice', async () => {
    const devices = Array.from({ length: 30 }, () => uuidv7());
    const given = await Promise.all([trial.activated(7), trial.activated(0), trial.activated(3)]);
    for (const [index, { activationId }] of given.entries())
      await trial.assign(
        activationId,
        devices.filter((_, device) => device % 4 >= index + 1),
      );
    const callers = [...devices, ...devices, uuidv7()];
    const offers = await Promise.all(callers.map((caller) => trial.prolog(caller)));
    const [low, high, middle] = given.map(({ fileId }) => fileId);
    const expected = [[], [low], [high, low], [high, middle, low]];
    expect(offers).toEqual(callers.map((caller) => expected[Math.max(0, devices.indexOf(caller)) % 4]));
  });

  it('a report that arrives twice is kept once, and one of an unknown package not at all', async () => {
    const { activationId, fileId } = await trial.activated();
    await trial.assign(activationId, [device]);
    await trial.prolog(device);
    const context = messageFor('activation.record-report');
    await trial.report(device, fileId, 'SUCCESS', context);
    await trial.report(device, fileId, 'SUCCESS', context);
    await trial.report(device, '1999999999', 'SUCCESS');
    expect(await trial.deliveries(device)).toMatchObject([{ reports: [{ code: 'SUCCESS' }] }]);
  });

  it('a report that is late on the bus belongs to the attempt it was made in', async () => {
    const { activationId, fileId } = await trial.activated();
    await trial.assign(activationId, [device]);
    await trial.prolog(device);
    const reportedAt = new Date();
    await trial.assign(activationId, [device], { force: true });
    await waitFor(() => Date.now() > reportedAt.getTime(), { what: 'the next millisecond' });
    await trial.prolog(device);
    const context = messageFor('activation.record-report');
    await trial.report(device, fileId, 'ERR_BAD_DIGEST', context, reportedAt);
    expect(await trial.deliveries(device)).toMatchObject([
      { attempt: 2, state: 'notified', reports: [] },
      { attempt: 1, state: 'superseded', reports: [{ code: 'ERR_BAD_DIGEST' }] },
    ]);
  });

  it('a device that was told at a place that is withdrawn counts once, where it is assigned again', async () => {
    const { activationId, packageId } = await trial.activated();
    await trial.assign(activationId, [device]);
    await trial.prolog(device);
    await trial.call('DELETE', `activations/${activationId}`);
    const { body } = await trial.call('POST', 'activations', {
      ...{ packageId, infoLocation: 'there/download', force: true },
    });
    await trial.assign(body.id, [device]);
    const statistics = (await trial.call('GET', `packages/${packageId}/statistics`)).body;
    expect(statistics).toMatchObject({ total: 1, counts: { waiting: 1, notified: 0 } });
    expect(await trial.deliveries(device)).toMatchObject([{ state: 'waiting' }, { state: 'superseded' }]);
  });

  it('what the agent has reported is not offered again while the report is on its way', async () => {
    const { activationId, fileId } = await trial.activated();
    await trial.assign(activationId, [device], { force: true });
    expect(await trial.prolog(device)).toEqual([fileId]);
    const reported = { fileId, at: new Date().toISOString() };
    expect(await trial.prolog(device, [], [reported])).toEqual([]);
    await trial.assign(activationId, [device], { force: true });
    expect(await trial.prolog(device, [], [reported])).toEqual([fileId]);
  });

  it('two assignments of the same devices make two attempts each', async () => {
    const { activationId } = await trial.activated();
    const devices = Array.from({ length: 50 }, () => uuidv7());
    await Promise.all([
      trial.assign(activationId, devices),
      trial.assign(activationId, [...devices].reverse()),
    ]);
    const page = (await trial.call('GET', `deliveries?deviceId=${devices[7]}`)).body;
    expect(page.items).toMatchObject([
      { attempt: 2, state: 'waiting' },
      { attempt: 1, state: 'superseded' },
    ]);
  });
});

describe('lists', () => {
  it('are read page by page to their end', async () => {
    const { activationId, packageId } = await trial.activated();
    await trial.assign(
      activationId,
      Array.from({ length: 5 }, () => uuidv7()),
    );
    const seen = new Set<string>();
    let cursor = '';
    do {
      const { body } = await trial.call('GET', `deliveries?packageId=${packageId}&limit=2${cursor}`);
      expect(body.total).toBe(5);
      for (const item of body.items) seen.add(item.id);
      cursor = body.next === null ? '' : `&cursor=${body.next}`;
    } while (cursor !== '');
    expect(seen.size).toBe(5);
  });

  it('show the names that inventory tells by events', async () => {
    const { activationId } = await trial.activated();
    await trial.assign(activationId, [device]);
    const event = { deviceId: device, agentDeviceId: 'x', name: 'renamed', changedSections: [], changes: [] };
    await trial.app.get(Outbox).transaction((tx) => {
      tx.publish(inventoryAccepted, { ...event, at: new Date(Date.now() + 1000).toISOString() }, device);
      return Promise.resolve();
    });
    await waitFor(async () => (await trial.deliveries(device))[0]?.deviceName === 'renamed', {
      what: 'the new name',
    });
  });

  it('ask nothing of the database while the name is as it was, and keep the newest', async () => {
    const { activationId } = await trial.activated();
    await trial.assign(activationId, [device]);
    const later = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
    const tell = (name: string, minutes: number, changedSections: string[] = []): Promise<void> => {
      const event = { deviceId: device, agentDeviceId: 'x', name, changedSections, changes: [] };
      return trial.app.get(KeepDeviceConsumer).inventoried({ ...event, at: later(minutes) });
    };
    const shown = async (): Promise<string | null> => (await trial.deliveries(device))[0]?.deviceName;
    await tell('one', 1, ['HARDWARE']);
    await tell('two', 5, ['HARDWARE']);
    await tell('late', 3, ['HARDWARE']);
    expect(await shown()).toBe('two');
    await trial.app.get(DataSource).query('DELETE FROM device WHERE device_id = $1', [device]);
    await tell('two', 6);
    expect(await shown()).toBeNull();
    await tell('three', 7, ['HARDWARE']);
    expect(await shown()).toBe('three');
  });
});
