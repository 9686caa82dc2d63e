import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { query } from '../installation/database.js';
import { startInstallation, type Installation } from '../installation/installation.js';
import { ScriptedMachine } from './scripted-machine.js';

let installation: Installation;
let api: Api;

beforeAll(async () => {
  installation = await startInstallation();
  api = await Api.login(installation);
});

afterAll(() => installation.stop());

const GROUPWARE = '<SOFTWARES><NAME>Groupware 3</NAME><VERSION>3.0.1</VERSION></SOFTWARES>';
/** What the issue grants a group after one inventory is a second; the machine that tests run on may be busy. */
const SOON = { timeout: 10_000 };

let seeds = 0;

/** A new machine whose name tells its group of tests. */
async function reported(
  prefix: string,
  extra = '',
): Promise<{ readonly one: ScriptedMachine; readonly id: string }> {
  seeds += 1;
  const one = new ScriptedMachine(installation, seeds, { hostname: `${prefix}-${seeds}`, extra });
  await one.report();
  return { one, id: await one.deviceId(api) };
}

interface Group {
  readonly id: string;
  readonly name: string;
  readonly members: number;
  readonly words: { readonly en: string; readonly fr: string } | null;
  readonly counts: Readonly<Record<'matched' | 'included' | 'excluded', number>>;
}

function create(name: string, kind: string, rest: object): Promise<Group> {
  return api.post<Group>('/api/v1/groups', { name, kind, description: 'For a journey', ...rest });
}

async function membersOf(groupId: string): Promise<string[]> {
  const { items } = await api.get<{ items: { id: string }[] }>(`/api/v1/groups/${groupId}/members`);
  return items.map(({ id }) => id).sort();
}

/** The events about members of a group, in the order in which they were published. */
async function eventsOf(groupId: string): Promise<string[]> {
  const rows = await query<{ subject: string; device: string }>(
    installation,
    `SELECT subject, payload ->> 'deviceId' AS device FROM inventory.outbox
     WHERE subject LIKE 'ocs.evt.inventory.group.member-%' AND payload ->> 'groupId' = $1 ORDER BY id`,
    [groupId],
  );
  return rows.map(({ subject, device }) => `${/member-(\w+)/.exec(subject)?.[1]} ${device}`);
}

describe('a dynamic group', () => {
  it('has a device from the inventory on that fits, until the one that does not, and says so in events', async () => {
    const { one, id } = await reported('follows');
    const group = await create('Has Groupware', 'dynamic', {
      criteria: {
        all: [
          { device: 'name', operator: 'like', value: 'follows-*' },
          {
            section: 'SOFTWARES',
            row: {
              all: [
                { field: 'NAME', operator: 'like', value: 'groupware*' },
                { field: 'VERSION', operator: 'at-least', value: '3.0' },
              ],
            },
          },
        ],
      },
    });
    expect(group.words?.en).toContain('roupware');
    expect(group.words?.fr).toContain('roupware');
    expect(await membersOf(group.id)).toEqual([]);

    await one.changed({ extra: GROUPWARE }).report();
    await expect.poll(() => membersOf(group.id), SOON).toEqual([id]);
    await one.report();
    await expect.poll(() => membersOf(group.id), SOON).toEqual([]);
    expect(await eventsOf(group.id)).toEqual([`added ${id}`, `removed ${id}`]);
  });

  it('follows what people note about a device, and a change of its definition', async () => {
    const paris = await reported('noted');
    const lyon = await reported('noted');
    await api.put(`/api/v1/devices/${paris.id}/account-fields`, { TAG: 'Paris' });
    const group = await create('In Lyon', 'dynamic', {
      criteria: { device: 'tag', operator: 'equal', value: 'Lyon' },
    });
    await api.put(`/api/v1/devices/${lyon.id}/account-fields`, { TAG: 'Lyon' });
    await expect.poll(() => membersOf(group.id), SOON).toEqual([lyon.id]);
    const criteria = { device: 'tag', operator: 'equal', value: 'Paris' };
    expect((await api.ask('PATCH', `/api/v1/groups/${group.id}`, { criteria })).status).toBe(200);
    await expect.poll(() => membersOf(group.id), SOON).toEqual([paris.id]);
  });

  it('lets people include a device that does not fit and keep out one that does', async () => {
    const odd = await reported('forced');
    const fitting = await reported('forced', GROUPWARE);
    const group = await create('Forced', 'dynamic', {
      criteria: {
        all: [
          { device: 'name', operator: 'like', value: 'forced-*' },
          { section: 'SOFTWARES', field: 'NAME', operator: 'equal', value: 'Groupware 3' },
        ],
      },
    });
    await expect.poll(() => membersOf(group.id), SOON).toEqual([fitting.id]);
    const members = `/api/v1/groups/${group.id}/members`;
    await api.post(members, { deviceIds: [odd.id] });
    await api.post(members, { deviceIds: [fitting.id], origin: 'excluded' });
    expect(await membersOf(group.id)).toEqual([odd.id]);
    for (const { one } of [odd, fitting]) await one.report();
    const shown = await api.get<Group>(`/api/v1/groups/${group.id}`);
    expect(shown).toMatchObject({ members: 1, counts: { matched: 0, included: 1, excluded: 1 } });

    const both = { deviceIds: [odd.id, fitting.id] };
    expect((await api.ask('DELETE', members, both)).status).toBe(200);
    await expect.poll(() => membersOf(group.id), SOON).toEqual([fitting.id]);
  });
});

describe('a static group', () => {
  it('is made of a search result, added to, overwritten and emptied', async () => {
    const [a, b, c] = [await reported('static'), await reported('static'), await reported('other')];
    const search = { device: 'name', operator: 'like', value: 'static-*' };
    const group = await create('Static ones', 'static', { search });
    expect(await membersOf(group.id)).toEqual([a.id, b.id].sort());
    const members = `/api/v1/groups/${group.id}/members`;
    expect(await api.post(members, { deviceIds: [c.id, a.id] })).toEqual({ added: 1, removed: 0 });
    expect(await api.put(members, { search: { text: 'other-' } })).toEqual({ added: 0, removed: 2 });
    expect(await membersOf(group.id)).toEqual([c.id]);
    await a.one.report();
    expect(await membersOf(group.id)).toEqual([c.id]);
    const listed = await api.get<{ items: { id: string; member: boolean }[] }>(
      `/api/v1/devices/${c.id}/groups`,
    );
    expect(listed.items).toMatchObject([{ id: group.id, member: true }]);
    await api.ask('DELETE', members, { deviceIds: [c.id] });
    expect(await membersOf(group.id)).toEqual([]);
    expect((await api.ask('DELETE', `/api/v1/groups/${group.id}`)).status).toBe(204);
    expect((await api.ask('GET', `/api/v1/groups/${group.id}`)).status).toBe(404);
  });

  it('loses no member when a device is deleted and restored, and counts it only while it is there', async () => {
    const { id } = await reported('deleted');
    const group = await create('With a deleted one', 'static', { deviceIds: [id] });
    expect((await api.ask('DELETE', `/api/v1/devices/${id}`)).status).toBeLessThan(300);
    expect(await membersOf(group.id)).toEqual([]);
    await api.post(`/api/v1/devices/${id}/restore`);
    expect(await membersOf(group.id)).toEqual([id]);
  });
});
