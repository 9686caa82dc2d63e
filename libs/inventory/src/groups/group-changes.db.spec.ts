import { waitFor } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { badge, newSeed, useGroupTrial, wears, type Answer } from './group-trial.spec-support.js';

const trial = useGroupTrial();
const { ask, becomes, device, group, members, nameOf, told } = trial;

describe('by hand, a dynamic group', () => {
  it('has a device that does not fit, and has not one that does, until their state is reset', async () => {
    const fits = await device(newSeed(), badge('green'));
    const other = await device(newSeed(), badge('olive'));
    const groupId = await group('Green', { kind: 'dynamic', criteria: wears('green') });
    expect((await ask('POST', `/groups/${groupId}/members`, { deviceIds: [other] })).json).toEqual({
      added: 1,
      removed: 0,
    });
    const out = { search: wears('green'), origin: 'excluded' };
    expect((await ask('POST', `/groups/${groupId}/members`, out)).json).toEqual({ added: 0, removed: 1 });
    expect([await members(groupId), await members(groupId, 'excluded')]).toEqual([[other], [fits]]);
    await ask('POST', `/groups/${groupId}/evaluate`);
    expect((await ask('GET', `/groups/${groupId}`)).json.counts).toEqual({
      matched: 0,
      included: 1,
      excluded: 1,
    });
    const reset = { deviceIds: [fits, other] };
    expect((await ask('DELETE', `/groups/${groupId}/members`, reset)).json).toEqual({ added: 1, removed: 1 });
    expect((await ask('GET', `/groups/${groupId}`)).json.counts).toEqual({
      matched: 1,
      included: 0,
      excluded: 0,
    });
    const names = [await nameOf(fits), await nameOf(other)];
    const events = await told(groupId);
    expect(events.slice(0, 3)).toEqual([`+${names[0]}`, `+${names[1]}`, `-${names[0]}`]);
    expect(events.slice(3).sort()).toEqual([`+${names[0]}`, `-${names[1]}`]);
  });

  it('says nothing when a device that fits is included, or is no longer', async () => {
    const id = await device(newSeed(), badge('pink'));
    const groupId = await group('Pink', { kind: 'dynamic', criteria: wears('pink') });
    const none = { added: 0, removed: 0 };
    expect((await ask('POST', `/groups/${groupId}/members`, { deviceIds: [id] })).json).toEqual(none);
    expect(await members(groupId, 'included')).toEqual([id]);
    expect((await ask('DELETE', `/groups/${groupId}/members`, { deviceIds: [id] })).json).toEqual(none);
    expect(await members(groupId, 'matched')).toEqual([id]);
    expect(await told(groupId)).toHaveLength(1);
  });

  it('is not overwritten', async () => {
    const groupId = await group('Kept', { kind: 'dynamic', criteria: wears('none') });
    const refused = await ask('PUT', `/groups/${groupId}/members`, { deviceIds: [] });
    expect([refused.status, refused.json.code]).toEqual([409, 'INVENTORY_GROUP_KIND']);
  });
});

describe('at the same time', () => {
  it('two evaluations and inventories that change end as the inventories say', async () => {
    const all = Array.from({ length: 12 }, newSeed);
    const ids = await Promise.all(all.map((one) => device(one, badge('early'))));
    const groupId = await group('Late', { kind: 'dynamic', criteria: wears('late') });
    await Promise.all([
      ...all.map((one) => device(one, badge('late'))),
      ...[1, 2, 3, 4].map(() => ask('POST', `/groups/${groupId}/evaluate`)),
    ]);
    await waitFor(async () => (await members(groupId)).length === 12, { what: 'all members' });
    await Promise.all([
      ...all.map((one) => device(one, badge('early'))),
      ...[1, 2, 3, 4].map(() => ask('POST', `/groups/${groupId}/evaluate`)),
    ]);
    await becomes(groupId, []);
    expect(await told(groupId)).toHaveLength(2 * ids.length);
  });

  it('evaluations, changes by hand, deletions and restorations of members never stand in each other’s way', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => device(newSeed(), badge('amber'))));
    const groupId = await group('Amber', { kind: 'dynamic', criteria: wears('amber') });
    const busy = (): Promise<Answer>[] => [
      ask('POST', `/groups/${groupId}/evaluate`),
      ask('POST', `/groups/${groupId}/members`, { deviceIds: [...ids].reverse() }),
      ask('DELETE', `/groups/${groupId}/members`, { deviceIds: ids }),
      ask('POST', `/groups/${groupId}/evaluate`),
    ];
    const answers: Answer[] = [];
    for (let round = 0; round < 3; round += 1) {
      answers.push(...(await Promise.all([...ids.map((id) => ask('DELETE', `/devices/${id}`)), ...busy()])));
      const restored = ids.map((id) => ask('POST', `/devices/${id}/restore`));
      answers.push(...(await Promise.all([...restored, ...busy()])));
    }
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    await waitFor(async () => (await members(groupId)).length === ids.length, { what: 'all members' });
    expect((await ask('GET', `/groups/${groupId}`)).json.counts).toEqual({
      matched: 8,
      included: 0,
      excluded: 0,
    });
  });

  it('an evaluation passes a device by that somebody holds, and comes back to it', async () => {
    const held = await device(newSeed(), badge('violet'));
    const free = await device(newSeed(), badge('violet'));
    const database = trial.app().get(DataSource, { strict: false });
    const runner = database.createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT 1 FROM device WHERE id = $1 FOR UPDATE', [held]);
    const making = group('Violet', { kind: 'dynamic', criteria: wears('violet') });
    const first = await waitFor(
      async () => (await ask('GET', '/groups?text=violet')).json.items.find(({ name }) => name === 'Violet'),
      { what: 'the group' },
    );
    await becomes(first.id, [free]);
    await runner.commitTransaction();
    await runner.release();
    expect(new Set(await members(await making))).toEqual(new Set([held, free]));
  });
});
