import { deliveryChanged } from '@entrepot/contracts';
import { useDatabase, waitFor } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActivationTrial } from '../activation-trial.spec-support.js';
import { RuleTrial } from './rule-trial.spec-support.js';

const used = useDatabase();
let trial: ActivationTrial;
let rules: RuleTrial;
beforeAll(async () => {
  trial = await ActivationTrial.start(used.url());
  rules = new RuleTrial(trial);
});
afterAll(() => trial?.app.close());

let device = '';
let group = '';
beforeEach(() => {
  device = uuidv7();
  group = trial.group([]);
});

const waitingForLocks = async (): Promise<number> => {
  const [row]: { count: number }[] = await trial.app.get(DataSource).query(
    `SELECT count(*)::integer AS count FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return row?.count ?? 0;
};

describe('joining and leaving at the same time as other things', () => {
  it('after the members were read and before they are here is not lost', async () => {
    const { activationId } = await trial.activated();
    const rule = await rules.ruleFor(activationId, group);
    const goes = uuidv7();
    trial.inventory.sets.get(group)?.add(goes);
    const moves: Promise<void>[] = [];
    // Inventory has read the members; what happens now is over before it answers, unless it has to wait for that.
    trial.inventory.whileAnswering = async (): Promise<void> => {
      moves.push(trial.leave(group, goes), trial.join(group, device));
      let isOver = false;
      const over = Promise.all(moves).then(() => (isOver = true));
      const decided = async (): Promise<boolean> => isOver || (await waitingForLocks()) === moves.length;
      await Promise.race([over, waitFor(decided, { what: 'the moves, or that they wait' })]);
    };
    await trial.settle(rule);
    trial.inventory.whileAnswering = (): Promise<void> => Promise.resolve();
    await Promise.all(moves);
    expect([await rules.states(goes), await rules.states(device)]).toEqual([['withdrawn'], ['waiting']]);
  });

  it('and the deletion of the package do not wait for one another', async () => {
    const { activationId, packageId } = await trial.activated();
    const rule = await rules.ruleFor(activationId, group);
    trial.inventory.sets.get(group)?.add(device);
    let deleted: Promise<unknown> = Promise.resolve();
    trial.inventory.whileAnswering = async (): Promise<void> => {
      let isOver = false;
      const request = { packageId, accountId: uuidv7(), accountName: 'ada' };
      deleted = trial.rpc.withdrawPackage(request).then(() => (isOver = true));
      const decided = async (): Promise<boolean> => isOver || (await waitingForLocks()) === 1;
      await waitFor(decided, { what: 'the deletion, or that it waits' });
    };
    try {
      await trial.settle(rule);
    } finally {
      trial.inventory.whileAnswering = (): Promise<void> => Promise.resolve();
    }
    await deleted;
    expect(await rules.states(device)).toEqual([]);
  });

  it('and being assigned do not wait for one another where devices are new here', async () => {
    const { activationId } = await trial.activated();
    await rules.ruleFor(activationId, group);
    const second = uuidv7();
    const moves: Promise<unknown>[] = [];
    await trial.app.get(DataSource).transaction(async (manager) => {
      await manager.query(`INSERT INTO device (device_id, name, named_at) VALUES ($1, 'x', now())`, [device]);
      moves.push(trial.assign(activationId, [device, second]));
      await waitFor(async () => (await waitingForLocks()) === 1, { what: 'the assignment to wait' });
      let isOver = false;
      moves.push(trial.join(group, second).then(() => (isOver = true)));
      const decided = async (): Promise<boolean> => isOver || (await waitingForLocks()) === 2;
      await waitFor(decided, { what: 'the joining, or that it waits' });
    });
    expect(await Promise.all(moves)).toMatchObject([{ status: 201 }, true]);
    expect(await rules.states(device)).toEqual(['waiting']);
    expect((await rules.states(second))[0]).toBe('waiting');
  });

  it('is told in the wrong order, or twice, and counts as it was', async () => {
    const { activationId } = await trial.activated();
    await rules.ruleFor(activationId, group);
    const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));
    await trial.leave(group, device, at(2));
    await trial.join(group, device, at(1));
    expect(await rules.states(device)).toEqual([]);
    await trial.join(group, device, at(3));
    await trial.join(group, device, at(3));
    await trial.leave(group, device, at(2));
    expect(await rules.states(device)).toEqual(['waiting']);
  });

  it('of two groups with the same package begins it once', async () => {
    const { activationId, fileId } = await trial.activated();
    const devices = Array.from({ length: 20 }, () => uuidv7());
    // Devices that are new here would wait for one another to be noted.
    await trial.assign((await trial.activated()).activationId, devices);
    const groups = [group, trial.group([]), trial.group([])];
    const { rules: made } = await rules.assignTo(activationId, { groupIds: groups });
    for (const { ruleId } of made) await rules.settled(ruleId);
    await Promise.all(devices.flatMap((one) => groups.map((id) => trial.join(id, one))));
    const told = (await trial.published(deliveryChanged)).filter(
      (event) => devices.includes(event.deviceId) && event.fileId === fileId,
    );
    expect(told.map(({ state }) => state)).toEqual(Array(20).fill('waiting'));
    await Promise.all(devices.flatMap((one) => groups.map((id) => trial.leave(id, one))));
    const after = await Promise.all(devices.map((one) => rules.states(one)));
    expect(after).toEqual(Array(20).fill(['withdrawn', 'waiting']));
  });

  it('and being assigned, and reporting, all come to an end', async () => {
    const { activationId, packageId, fileId } = await trial.activated();
    const policy = { on: ['ERR_*'], retries: 20, firstAfterMinutes: 1, factor: 1, maxAfterMinutes: 1 };
    await trial.call('PUT', `packages/${packageId}/retry-policy`, policy);
    const devices = Array.from({ length: 10 }, () => uuidv7());
    group = trial.group(devices);
    const rule = await rules.ruleFor(activationId, group);
    await Promise.all(devices.map((one) => trial.prolog(one)));
    await Promise.all([
      trial.settle(rule),
      trial.assign(activationId, devices),
      ...devices.flatMap((one) => [
        trial.report(one, fileId, 'ERR_EXECUTE'),
        trial.leave(group, one),
        trial.join(group, one),
        trial.prolog(one),
      ]),
      trial.assign(activationId, [...devices].reverse()),
    ]);
    for (const one of devices) {
      const open = (await rules.states(one)).filter((state) => state === 'waiting' || state === 'notified');
      expect(open).toHaveLength(1);
    }
  });
});

describe('rules and merges of devices', () => {
  it('give nothing twice when a member turns out to be another member', async () => {
    const absorbed = uuidv7();
    group = trial.group([device, absorbed]);
    const { activationId, fileId } = await trial.activated();
    const rule = await rules.ruleFor(activationId, group);
    await trial.prolog(absorbed);
    const mergeId = await trial.merge(device, absorbed);
    await trial.leave(group, absorbed);
    await trial.settle(rule);
    expect((await rules.states(device)).sort()).toEqual(['superseded', 'waiting']);
    expect(await trial.prolog(device)).toEqual([fileId]);
    await trial.undo(mergeId, device, absorbed);
    await trial.join(group, absorbed);
    expect(await rules.states(absorbed)).toEqual(['notified']);
  });

  it('do not bring back what waited at a device that has left its group while it was merged', async () => {
    const absorbed = uuidv7();
    group = trial.group([device, absorbed]);
    const { activationId } = await trial.activated();
    await rules.ruleFor(activationId, group);
    const mergeId = await trial.merge(device, absorbed);
    await trial.leave(group, absorbed);
    await trial.undo(mergeId, device, absorbed);
    expect([await rules.states(device), await rules.states(absorbed)]).toEqual([['waiting'], ['withdrawn']]);
  });

  it('let the survivor have what the absorbed member had', async () => {
    const absorbed = uuidv7();
    group = trial.group([absorbed]);
    const { activationId, fileId } = await trial.activated();
    const rule = await rules.ruleFor(activationId, group);
    await trial.merge(device, absorbed);
    trial.inventory.sets.set(group, new Set([device]));
    await trial.settle(rule);
    expect(await rules.states(device)).toEqual(['waiting']);
    await trial.leave(group, absorbed);
    expect(await trial.prolog(device)).toEqual([fileId]);
    expect(await rules.show(rule)).toMatchObject({ members: 1 });
  });

  it('give to the survivor when the joining of the absorbed device is told late', async () => {
    const absorbed = uuidv7();
    const { activationId } = await trial.activated();
    await rules.ruleFor(activationId, group);
    await trial.merge(device, absorbed);
    await trial.join(group, absorbed);
    await trial.join(group, device);
    expect([await rules.states(absorbed), await rules.states(device)]).toEqual([[], ['waiting']]);
    await trial.leave(group, absorbed);
    expect(await rules.states(device)).toEqual(['waiting']);
  });
});
