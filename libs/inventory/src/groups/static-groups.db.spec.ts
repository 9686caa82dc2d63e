import { beforeAll, describe, expect, it } from 'vitest';
import { useGroupTrial } from './group-trial.spec-support.js';

const trial = useGroupTrial();
const { ask, group, members, told } = trial;

const devices: string[] = [];
const names: string[] = [];
beforeAll(async () => {
  for (const seed of [1, 2, 3, 4]) {
    devices.push(await trial.device(seed));
    names.push((await ask('GET', `/devices/${devices.at(-1)}`)).json.name);
  }
});

describe('a static group', () => {
  it('is made of ticked devices, and says who made it and how many they are', async () => {
    const made = await ask('POST', '/groups', {
      name: ' Reception ',
      description: 'Front desks',
      kind: 'static',
      deviceIds: [devices[1], devices[0], devices[0], '0195d0a0-0000-7000-8000-000000000009'],
    });
    expect([made.status, made.json]).toMatchObject([
      201,
      {
        name: 'Reception',
        description: 'Front desks',
        kind: 'static',
        createdBy: 'admin',
        criteria: null,
        words: null,
        evaluatedAt: null,
        members: 2,
        counts: { matched: 0, included: 2, excluded: 0 },
        overrides: 0,
        usedBy: [],
      },
    ]);
    expect((await ask('GET', `/groups/${made.json.id}`)).json).toEqual(made.json);
    expect((await told(made.json.id)).sort()).toEqual([`+${names[0]}`, `+${names[1]}`]);
    expect((await ask('GET', `/devices/${devices[0]}/groups`)).json).toMatchObject({
      items: [{ id: made.json.id, name: 'Reception', kind: 'static', origin: 'included', member: true }],
      total: 1,
      next: null,
    });
  });

  it('needs a description and a name of its own, whatever the letter case', async () => {
    await group('Taken', { kind: 'static' });
    const same = await ask('POST', '/groups', {
      name: 'tAKEN',
      description: 'x',
      kind: 'dynamic',
      criteria: NAMED,
    });
    expect([same.status, same.json]).toMatchObject([
      409,
      { code: 'INVENTORY_GROUP_NAME_TAKEN', field: 'name' },
    ]);
    for (const [body, field] of [
      [{ name: 'A', kind: 'static' }, 'description'],
      [{ name: 'A', description: ' ', kind: 'static' }, 'description'],
      [{ name: 'a\nb', description: 'x', kind: 'static' }, 'name'],
      [{ name: 'A', description: 'x', kind: 'static', criteria: NAMED }, 'criteria'],
      [{ name: 'A', description: 'x', kind: 'dynamic' }, 'criteria'],
      [{ name: 'A', description: 'x', kind: 'dynamic', criteria: NAMED, deviceIds: [] }, 'deviceIds'],
      [{ name: 'A', description: 'x', kind: 'dynamic', criteria: { device: 'colour' } }, 'criteria.device'],
      [{ name: 'A', description: 'x', kind: 'static', search: { all: [] } }, 'search.all'],
      [{ name: 'A', description: 'x', kind: 'static', search: {} }, 'search'],
    ] as const) {
      const refused = await ask('POST', '/groups', body);
      expect([refused.status, refused.json]).toMatchObject([400, { code: 'HTTP_INPUT_INVALID', field }]);
    }
  });

  it('takes devices in, is overwritten and lets devices go; each real change is told once', async () => {
    const [a, b, c, d] = devices as [string, string, string, string];
    const id = await group('Changing', { kind: 'static', deviceIds: [a] });
    expect((await ask('POST', `/groups/${id}/members`, { deviceIds: [a, b] })).json).toEqual({
      added: 1,
      removed: 0,
    });
    expect((await ask('PUT', `/groups/${id}/members`, { deviceIds: [b, c, d] })).json).toEqual({
      added: 2,
      removed: 1,
    });
    expect((await ask('DELETE', `/groups/${id}/members`, { deviceIds: [c, a] })).json).toEqual({
      added: 0,
      removed: 1,
    });
    expect(new Set(await members(id))).toEqual(new Set([b, d]));
    expect((await told(id)).sort()).toEqual(
      [`+${names[0]}`, `+${names[1]}`, `+${names[2]}`, `+${names[3]}`, `-${names[0]}`, `-${names[2]}`].sort(),
    );
  });

  it('has nobody kept out, is not evaluated, and asks for one way to say which devices', async () => {
    const id = await group('Plain', { kind: 'static' });
    const excluded = { deviceIds: [devices[0]], origin: 'excluded' };
    expect((await ask('POST', `/groups/${id}/members`, excluded)).json).toMatchObject({
      code: 'INVENTORY_GROUP_KIND',
      field: 'origin',
    });
    expect((await ask('POST', `/groups/${id}/evaluate`)).json.code).toBe('INVENTORY_GROUP_KIND');
    for (const body of [{}, { deviceIds: [], search: NAMED }]) {
      expect((await ask('POST', `/groups/${id}/members`, body)).status).toBe(400);
    }
  });

  it('counts and lists only active devices, and keeps the others for when they are back', async () => {
    const [a, b] = devices as [string, string];
    const id = await group('Sleeping', { kind: 'redistribution', deviceIds: [a, b] });
    await trial.sql(`UPDATE device SET state = 'archived' WHERE id = $1`, [a]);
    expect((await ask('GET', `/groups/${id}`)).json.counts.included).toBe(1);
    expect(await members(id)).toEqual([b]);
    expect((await ask('POST', `/groups/${id}/members`, { deviceIds: [a] })).json).toEqual({
      added: 0,
      removed: 0,
    });
    await trial.sql(`UPDATE device SET state = 'active' WHERE id = $1`, [a]);
    expect((await ask('GET', `/groups/${id}`)).json.members).toBe(2);
  });

  it('is renamed and described anew, but has no criteria', async () => {
    const id = await group('Old name', { kind: 'static' });
    const changed = await ask('PATCH', `/groups/${id}`, { name: 'New name', description: 'Anew' });
    expect([changed.status, changed.json]).toMatchObject([200, { name: 'New name', description: 'Anew' }]);
    expect((await ask('PATCH', `/groups/${id}`, { criteria: NAMED })).json).toMatchObject({
      code: 'INVENTORY_GROUP_KIND',
    });
    expect((await ask('PATCH', `/groups/${id}`, { name: 'TAKEN' })).status).toBe(409);
    expect((await ask('PATCH', `/groups/${id}`, {})).status).toBe(400);
  });

  it('is deleted with its memberships, which is told and recorded', async () => {
    const id = await group('Ending', { kind: 'static', deviceIds: [devices[2]] });
    expect((await ask('DELETE', `/groups/${id}`)).status).toBe(204);
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/members'],
      ['DELETE', ''],
      ['POST', '/evaluate'],
    ] as const) {
      expect((await ask(method, `/groups/${id}${path}`)).json.code).toBe('INVENTORY_GROUP_NOT_FOUND');
    }
    expect(await told(id)).toEqual([`+${names[2]}`, `-${names[2]}`]);
    const audits = await trial.sql<{ action: string; account: string }>(
      `SELECT payload ->> 'action' AS action, payload ->> 'accountName' AS account FROM outbox
       WHERE subject LIKE '%audit%' AND payload ->> 'subjectId' = $1 ORDER BY id`,
      [id],
    );
    expect(audits.map(({ action, account }) => `${action} ${account}`)).toEqual([
      'group.create admin',
      'group.delete admin',
    ]);
  });
});

describe('the lists', () => {
  it('page through the members by name', async () => {
    const id = await group('All', { kind: 'static', deviceIds: devices });
    const first = (await ask('GET', `/groups/${id}/members?limit=3`)).json;
    const second = (await ask('GET', `/groups/${id}/members?limit=3&cursor=${first.next}`)).json;
    const shown = [...first.items, ...second.items];
    expect([first.total, first.items.length, second.items.length, second.next]).toEqual([4, 3, 1, null]);
    expect(shown.map(({ name }) => name)).toEqual([...names].sort());
    expect(shown[0]).toMatchObject({ origin: 'included', since: expect.any(String) as unknown });
    expect((await ask('GET', `/groups/${id}/members?cursor=zzz`)).json.code).toBe('HTTP_CURSOR_INVALID');
  });

  it('page through the groups by name, and find them by text and kind', async () => {
    for (const name of ['list b', 'List A', 'LIST C 50%']) await group(name, { kind: 'redistribution' });
    const first = (await ask('GET', '/groups?text=list&kind=redistribution&limit=2')).json;
    const next = (await ask('GET', `/groups?text=list&kind=redistribution&limit=2&cursor=${first.next}`))
      .json;
    expect(first.total).toBe(3);
    expect([...first.items, ...next.items].map(({ name }) => name)).toEqual([
      'List A',
      'list b',
      'LIST C 50%',
    ]);
    expect((await ask('GET', '/groups?text=50%25')).json.total).toBe(1);
    expect((await ask('GET', '/groups?kind=other')).status).toBe(400);
  });

  it('answer 404 for a device that does not exist', async () => {
    const answer = await ask('GET', '/devices/0195d0a0-0000-7000-8000-000000000009/groups');
    expect(answer.json.code).toBe('INVENTORY_DEVICE_NOT_FOUND');
  });
});

const NAMED = { device: 'name', operator: 'not-empty' };
