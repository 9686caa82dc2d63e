import { deviceDeleted, deviceRestored } from '@entrepot/contracts';
import { Outbox } from '@entrepot/platform-messaging';
import { waitFor } from '@entrepot/testing';
import { describe, expect, it } from 'vitest';
import { noticeDevices } from './device-change.js';
import { badge, newSeed, useGroupTrial, wears } from './group-trial.spec-support.js';
import { KeepGroupsCurrent } from './keep-groups-current.js';

const trial = useGroupTrial();
const { ask, becomes, device, group, members, nameOf, told } = trial;
const outbox = (): Outbox => trial.app().get(Outbox, { strict: false });

describe('a dynamic group', () => {
  it('has the devices that fit its criteria when it is made', async () => {
    const red = await device(newSeed(), badge('red'));
    await device(newSeed(), badge('not red'));
    const { status, json } = await ask('POST', '/groups', {
      name: 'Red',
      description: 'Red badges',
      kind: 'dynamic',
      criteria: wears('red'),
    });
    expect([status, json]).toMatchObject([
      201,
      {
        kind: 'dynamic',
        criteria: wears('red'),
        words: { en: WORDS, fr: WORDS },
        members: 1,
        counts: { matched: 1, included: 0, excluded: 0 },
      },
    ]);
    expect(json.evaluatedAt).not.toBeNull();
    expect(await members(json.id)).toEqual([red]);
    expect(await told(json.id)).toEqual([`+${await nameOf(red)}`]);
  });

  it('is made of a search, whose text and criteria become its definition', async () => {
    const one = newSeed();
    const id = await device(one, badge('gold'));
    await device(newSeed(), badge('gold'));
    const search = { text: `PC-${one}-`, criteria: wears('gold') };
    expect(await members(await group('Gold by search', { kind: 'dynamic', search }))).toEqual([id]);
  });

  it('takes a device in when its inventory comes to fit and lets it go when it fits no more, which is told', async () => {
    const groupId = await group('Blue', { kind: 'dynamic', criteria: wears('blue') });
    const one = newSeed();
    const id = await device(one);
    await device(one, badge('blue'));
    await becomes(groupId, [id]);
    expect((await ask('GET', `/devices/${id}/groups`)).json.items).toMatchObject([
      { id: groupId, origin: 'matched', member: true },
    ]);
    await device(one, badge('brown'));
    await becomes(groupId, []);
    const name = await nameOf(id);
    expect(await told(groupId)).toEqual([`+${name}`, `-${name}`]);
  });

  it('takes a new device in by what it does not have', async () => {
    const one = newSeed();
    const criteria = {
      all: [
        { device: 'agentDeviceId', operator: 'contains', value: `PC-${one}-` },
        { section: 'BADGES', field: 'COLOUR', operator: 'has-not', value: 'e' },
      ],
    };
    const groupId = await group('Without badge', { kind: 'dynamic', criteria });
    const id = await device(one);
    await becomes(groupId, [id]);
  });

  it('has other members when its definition changes', async () => {
    const white = await device(newSeed(), badge('white'));
    const black = await device(newSeed(), badge('black'));
    const groupId = await group('Chess', { kind: 'dynamic', criteria: wears('white') });
    expect(await members(groupId)).toEqual([white]);
    const before = (await ask('GET', `/groups/${groupId}`)).json;
    const { json } = await ask('PATCH', `/groups/${groupId}`, { criteria: wears('black') });
    expect(json.criteria).toEqual(wears('black'));
    expect(json.definitionChangedAt > before.definitionChangedAt).toBe(true);
    expect((json.evaluatedAt ?? '') > (before.evaluatedAt ?? '')).toBe(true);
    expect(await members(groupId)).toEqual([black]);
    expect((await told(groupId)).slice(1).sort()).toEqual([
      `+${await nameOf(black)}`,
      `-${await nameOf(white)}`,
    ]);
  });

  it('follows account fields that are changed on the server', async () => {
    const id = await device(newSeed());
    const criteria = { device: 'tag', operator: 'equal', value: 'Marseille' };
    const groupId = await group('Marseille', { kind: 'dynamic', criteria });
    await outbox().transaction(async (tx) => {
      await tx.manager.query(`UPDATE device SET account_fields = '{"TAG": "Marseille"}' WHERE id = $1`, [id]);
      noticeDevices(tx, [id], { device: true });
    });
    await becomes(groupId, [id]);
  });

  it('has no deleted device, and has it again when it is restored', async () => {
    const id = await device(newSeed(), badge('grey'));
    const groupId = await group('Grey', { kind: 'dynamic', criteria: wears('grey') });
    const { agentDeviceId, name } = (await ask('GET', `/devices/${id}`)).json as never as Record<
      string,
      string
    >;
    const facts = {
      deviceId: id,
      agentDeviceId: agentDeviceId ?? '',
      name: name ?? '',
      at: new Date().toISOString(),
    };
    await outbox().transaction(async (tx) => {
      await tx.manager.query(`UPDATE device SET state = 'deleted' WHERE id = $1`, [id]);
      tx.publish(deviceDeleted, facts, id);
    });
    await waitFor(async () => (await told(groupId)).length === 2, { what: 'the end of the membership' });
    await outbox().transaction(async (tx) => {
      await tx.manager.query(`UPDATE device SET state = 'active' WHERE id = $1`, [id]);
      tx.publish(deviceRestored, { ...facts, reason: 'undeleted', mergeId: null, survivorId: null }, id);
    });
    await becomes(groupId, [id]);
    expect(await told(groupId)).toEqual([`+${name}`, `-${name}`, `+${name}`]);
  });

  it('changes as time goes by', async () => {
    const one = newSeed();
    const id = await device(one);
    const criteria = {
      all: [
        { device: 'agentDeviceId', operator: 'contains', value: `PC-${one}-` },
        { device: 'lastContact', operator: 'older-than-days', value: 30 },
      ],
    };
    const groupId = await group('Silent', { kind: 'dynamic', criteria });
    expect(await members(groupId)).toEqual([]);
    await trial.sql(
      `UPDATE device_contact SET last_contact_at = now() - interval '31 days' WHERE device_id = $1`,
      [id],
    );
    await trial.sql(`UPDATE device_group SET evaluated_at = now() - interval '1 minute' WHERE id = $1`, [
      groupId,
    ]);
    await trial.app().get(KeepGroupsCurrent, { strict: false }).execute();
    expect(await members(groupId)).toEqual([id]);
    await device(one);
    await becomes(groupId, []);
  });
});

describe('groups that ask for the members of groups', () => {
  it('follow them over several steps', async () => {
    const id = await device(newSeed());
    const base = await group('Base', { kind: 'static' });
    const inner = await group('Inner', { kind: 'dynamic', criteria: { group: base, operator: 'member' } });
    const outer = await group('Outer', { kind: 'dynamic', criteria: { group: inner, operator: 'member' } });
    await ask('POST', `/groups/${base}/members`, { deviceIds: [id] });
    await becomes(outer, [id]);
    await ask('PUT', `/groups/${base}/members`, { deviceIds: [] });
    await becomes(outer, []);
    expect((await ask('GET', `/groups/${inner}`)).json.usedBy).toEqual([{ id: outer, name: 'Outer' }]);
    expect((await ask('GET', `/groups/${outer}`)).json.words?.en).toContain('Inner');
    const refused = await ask('DELETE', `/groups/${inner}`);
    expect([refused.status, refused.json.code]).toEqual([409, 'INVENTORY_GROUP_IN_USE']);
    expect((await ask('DELETE', `/groups/${outer}`)).status).toBe(204);
    expect((await ask('DELETE', `/groups/${inner}`)).status).toBe(204);
  });

  it('never depend on themselves, nor on groups that do not exist', async () => {
    const first = await group('First', { kind: 'dynamic', criteria: wears('cycle') });
    const second = await group('Second', {
      kind: 'dynamic',
      criteria: { not: { group: first, operator: 'member' } },
    });
    for (const target of [first, second]) {
      const refused = await ask('PATCH', `/groups/${first}`, {
        criteria: { group: target, operator: 'member' },
      });
      expect([refused.status, refused.json]).toMatchObject([
        409,
        { code: 'INVENTORY_GROUP_CYCLE', field: 'criteria' },
      ]);
    }
    const nobody = { group: '0195d0a0-0000-7000-8000-000000000009', operator: 'member' };
    const unknown = await ask('POST', '/groups', {
      name: 'Third',
      description: 'x',
      kind: 'dynamic',
      criteria: nobody,
    });
    expect(unknown.json).toMatchObject({ code: 'INVENTORY_GROUP_NOT_FOUND', field: 'criteria' });
  });
});

const WORDS = expect.stringMatching(/BADGES.COLOUR.*red/) as unknown;
