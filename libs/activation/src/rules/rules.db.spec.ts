import { settleRuleJob } from '@entrepot/contracts';
import { useDatabase, waitFor } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActivationTrial } from '../activation-trial.spec-support.js';
import { RuleTrial } from './rule-trial.spec-support.js';
import { SettleRulesRegularly } from './settle-rules-regularly.js';

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

describe('a package that is assigned to a group', () => {
  it('comes to its members, by pages, with the options of the rule', async () => {
    const members = Array.from({ length: 2_345 }, () => uuidv7());
    group = trial.group(members);
    const { activationId, packageId, fileId } = await trial.activated();
    const answer = await rules.assignTo(activationId, { groupIds: [group] }, { force: true });
    expect(answer).toMatchObject({
      items: [],
      total: 0,
      rules: [{ activationId, packageId, targetKind: 'group', targetId: group }],
      estimate: { devices: 1_000, neverDevices: 0 },
    });
    const [{ ruleId }] = answer.rules;
    await rules.settled(ruleId);
    expect(await rules.show(ruleId)).toMatchObject({
      expectedMembers: 2_345,
      members: 2_345,
      counts: { waiting: 2_345, notified: 0 },
      targetExists: true,
    });
    const last = members.at(-1) ?? '';
    expect(await trial.prolog(last, [fileId])).toEqual([fileId]);
    expect(await trial.deliveries(last)).toMatchObject([
      { force: true, assignedBy: 'ada', state: 'notified' },
    ]);
    expect(await trial.call('GET', `assignments?ruleId=${ruleId}&limit=1`)).toMatchObject({
      body: { total: 2_345, items: [{ direct: false }] },
    });
  });

  it('comes to who joins, and goes from who leaves before it was told', async () => {
    const { activationId, fileId } = await trial.activated();
    const rule = await rules.ruleFor(activationId, group);
    await trial.join(group, device);
    expect(await rules.states(device)).toEqual(['waiting']);
    await trial.leave(group, device);
    expect(await rules.states(device)).toEqual(['withdrawn']);
    expect(await trial.prolog(device)).toEqual([]);
    expect(await rules.show(rule)).toMatchObject({ members: 0 });
    await trial.join(group, device);
    expect(await rules.states(device)).toEqual(['waiting', 'withdrawn']);
    expect(await trial.prolog(device)).toEqual([fileId]);
  });

  it('goes as well where it was put away meanwhile, and does not wait when it is put back', async () => {
    const { activationId, packageId } = await trial.activated();
    await rules.ruleFor(activationId, group);
    await trial.join(group, device);
    const { body } = await trial.call('POST', `packages/${packageId}/archives`, { kind: 'not-notified' });
    await trial.leave(group, device);
    await trial.call('POST', `delivery-archives/${body.id}/restore`);
    expect(await rules.states(device)).toEqual(['withdrawn']);
  });

  it('stays with who was told of it before leaving, and begins once for who comes back', async () => {
    const { activationId, fileId } = await trial.activated();
    await rules.ruleFor(activationId, group);
    await trial.join(group, device);
    await trial.prolog(device);
    await trial.leave(group, device);
    expect(await trial.prolog(device)).toEqual([fileId]);
    await trial.join(group, device);
    await trial.report(device, fileId, 'SUCCESS');
    await trial.leave(group, device);
    await trial.join(group, device);
    expect(await rules.states(device)).toEqual(['succeeded']);
  });

  it('is noted only for who has it, and stays with who has it for another reason', async () => {
    const { activationId } = await trial.activated();
    const other = trial.group([device]);
    const direct = uuidv7();
    await trial.assign(activationId, [direct]);
    const { rules: made } = await rules.assignTo(activationId, { groupIds: [other] });
    await rules.settled(made[0].ruleId);
    await rules.ruleFor(activationId, group);
    for (const one of [device, direct]) await trial.join(group, one);
    expect([await rules.states(device), await rules.states(direct)]).toEqual([['waiting'], ['waiting']]);
    for (const one of [device, direct]) await trial.leave(group, one);
    expect([await rules.states(device), await rules.states(direct)]).toEqual([['waiting'], ['waiting']]);
    await trial.leave(other, device);
    expect(await rules.states(device)).toEqual(['withdrawn']);
  });

  it('stays away from a device that somebody withdrew it from, until it is assigned to the device', async () => {
    const { activationId } = await trial.activated();
    const rule = await rules.ruleFor(activationId, group);
    await trial.join(group, device);
    const [{ id }] = (await trial.call('GET', `assignments?deviceId=${device}`)).body.items;
    await trial.call('DELETE', `assignments/${id}`);
    await trial.settle(rule);
    await trial.leave(group, device);
    await trial.join(group, device);
    expect(await rules.states(device)).toEqual(['withdrawn']);
    expect(await rules.show(rule)).toMatchObject({ members: 0, excluded: 1 });
    await trial.assign(activationId, [device]);
    expect(await rules.show(rule)).toMatchObject({ members: 1, excluded: 0 });
    await trial.leave(group, device);
    expect(await rules.states(device)).toEqual(['waiting', 'withdrawn']);
  });

  it('is withdrawn with its rule where it waits because of that alone', async () => {
    const [direct, told] = [uuidv7(), uuidv7()];
    group = trial.group([device, direct, told]);
    const { activationId } = await trial.activated();
    await trial.assign(activationId, [direct]);
    const rule = await rules.ruleFor(activationId, group);
    await trial.prolog(told);
    expect(await trial.call('DELETE', `assignment-rules/${rule}`)).toMatchObject({
      status: 200,
      body: { withdrawn: 1, alreadyNotified: { total: 1, items: [{ deviceId: told }] } },
    });
    expect([await rules.states(device), await rules.states(direct), await rules.states(told)]).toEqual([
      ['withdrawn'],
      ['waiting'],
      ['notified'],
    ]);
    expect(await trial.call('GET', `assignment-rules/${rule}`)).toMatchObject({ status: 404 });
    expect(await trial.call('DELETE', `assignment-rules/${rule}`)).toMatchObject({ status: 404 });
    const newcomer = uuidv7();
    await trial.join(group, newcomer);
    await trial.settle(rule);
    expect(await rules.states(newcomer)).toEqual([]);
  });

  it('again keeps the rule, with new options for who joins from now on', async () => {
    const { activationId } = await trial.activated();
    const rule = await rules.ruleFor(activationId, group);
    await trial.join(group, device);
    expect(await rules.ruleFor(activationId, group, { postCommand: 'REBOOT' })).toBe(rule);
    const later = uuidv7();
    await trial.join(group, later);
    expect(await trial.deliveries(device)).toMatchObject([{ postCommand: null, attempt: 1 }]);
    expect(await trial.deliveries(later)).toMatchObject([{ postCommand: 'REBOOT' }]);
  });
});

describe('a rule that is compared with its target', () => {
  it('gives what was missed, and takes back from who is no longer there', async () => {
    const { activationId } = await trial.activated();
    const rule = await rules.ruleFor(activationId, group);
    await trial.join(group, device);
    const missed = uuidv7();
    trial.inventory.sets.set(group, new Set([missed]));
    expect(await trial.call('POST', `assignment-rules/${rule}/settle`)).toMatchObject({ status: 200 });
    await waitFor(async () => (await rules.states(missed)).length === 1, {
      what: 'the member that was missed',
    });
    expect(await rules.states(device)).toEqual(['withdrawn']);
  });

  it('follows a saved search in the same way', async () => {
    const search = trial.group([device]);
    const { activationId, packageId } = await trial.activated();
    const { rules: made } = await rules.assignTo(activationId, { searchIds: [search] });
    await rules.settled(made[0].ruleId);
    expect(await rules.states(device)).toEqual(['waiting']);
    trial.inventory.sets.get(search)?.delete(device);
    await trial.settle(made[0].ruleId);
    expect(await rules.states(device)).toEqual(['withdrawn']);
    const listed = await trial.call('GET', `assignment-rules?packageId=${packageId}&targetId=${search}`);
    expect(listed.body).toMatchObject({ total: 1, items: [{ targetKind: 'search', expectedMembers: 0 }] });
  });

  it('is so every ten minutes for a saved search, and every day for a group', async () => {
    const search = trial.group([]);
    const { activationId } = await trial.activated();
    const { rules: made } = await rules.assignTo(activationId, { groupIds: [group], searchIds: [search] });
    for (const { ruleId } of made) await rules.settled(ruleId);
    const [inGroup, inSearch] = [uuidv7(), uuidv7()];
    trial.inventory.sets.get(group)?.add(inGroup);
    trial.inventory.sets.get(search)?.add(inSearch);
    const database = trial.app.get(DataSource);
    const pass = (time: string): Promise<unknown> =>
      database.query(`UPDATE assignment_rule SET asked_at = asked_at - $1::interval`, [time]);
    const asked = async (): Promise<number> =>
      (await trial.published(settleRuleJob)).filter((job) =>
        made.some(({ ruleId }: { ruleId: string }) => ruleId === job.ruleId),
      ).length;
    const regularly = trial.app.get(SettleRulesRegularly);
    await pass('9 minutes');
    await regularly.execute();
    expect(await asked()).toBe(2);
    await pass('2 minutes');
    await regularly.execute();
    await regularly.execute();
    expect(await asked()).toBe(3);
    await waitFor(async () => (await rules.states(inSearch)).length === 1, { what: 'the one in the search' });
    expect(await rules.states(inGroup)).toEqual([]);
    await pass('1 day');
    await regularly.execute();
    await waitFor(async () => (await rules.states(inGroup)).length === 1, { what: 'the one in the group' });
  });

  it('shows that its group is gone, and takes back what waits', async () => {
    const { activationId } = await trial.activated();
    const rule = await rules.ruleFor(activationId, group);
    await trial.join(group, device);
    trial.inventory.sets.delete(group);
    await trial.settle(rule);
    expect(await rules.states(device)).toEqual(['withdrawn']);
    expect(await rules.show(rule)).toMatchObject({ targetExists: false, members: 0, expectedMembers: 0 });
  });

  it('does nothing once its activation is withdrawn', async () => {
    const { activationId } = await trial.activated();
    const rule = await rules.ruleFor(activationId, group);
    await trial.call('DELETE', `activations/${activationId}`);
    await trial.join(group, device);
    await trial.settle(rule);
    expect(await rules.states(device)).toEqual([]);
    expect(await trial.call('GET', `assignment-rules/${rule}`)).toMatchObject({ status: 404 });
  });
});
