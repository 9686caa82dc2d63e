import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';
import type { DownloadEstimateView } from './download-estimate.schemas.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const { api } = program;
const sql = <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
  program.app().get(DataSource, { strict: false }).query(text, values);

const PACKAGE = { bytes: 1_000_001, fragments: { sizeBytes: 250_000 }, priority: 5 };
const ask = async (body: object): Promise<DownloadEstimateView & { status: number; code: string }> =>
  (await api('POST', '/download-estimates', body)).json;

async function newDevices(count: number, osName: string): Promise<string[]> {
  const rows = await sql<{ id: string }>(
    `INSERT INTO device (id, agent_device_id, name, os_name, user_id, ip_address, account_fields, registered_at)
     SELECT gen_random_uuid(), gen_random_uuid()::text, 'd', $2, '', '', '{}', now() FROM generate_series(1, $1)
     RETURNING id`,
    [count, osName],
  );
  return rows.map(({ id }) => id);
}

async function newGroup(members: readonly string[]): Promise<string> {
  const body = { name: uuidv7(), description: 'x', kind: 'static', deviceIds: members };
  return ((await api('POST', '/groups', body)).json as { id: string }).id;
}

describe('POST /download-estimates', () => {
  it('computes the size or the number of the fragments, and the time by the settings of all', async () => {
    expect(await ask(PACKAGE)).toEqual({
      plan: { count: 5, sizeBytes: 200_000, lastSizeBytes: 200_001 },
      // Six steps, two of them in each period of 621 s; the last in the tenth cycle of the third.
      global: {
        seconds: 2 * 621 + 9 * 60 + 10,
        never: null,
        text: { en: 'about 30 minutes', fr: 'environ 30 minutes' },
      },
      devices: null,
      warnings: [],
    });
    const { plan, global } = await ask({ ...PACKAGE, fragments: { count: 4 }, bytesPerSecond: 25_000 });
    expect(plan).toEqual({ count: 4, sizeBytes: 250_000, lastSizeBytes: 250_001 });
    expect(global.seconds).toBe(2 * 621 + 4 * 60 + 41);
  });

  it('makes no fragments of nothing', async () => {
    const { plan, global } = await ask({ ...PACKAGE, bytes: 0 });
    expect([plan.count, plan.sizeBytes, global.seconds]).toEqual([0, 0, 240]);
  });

  it('sums up devices by their own settings, those of their groups and what they run', async () => {
    const [slow = '', off = '', never = '', usual = ''] = await newDevices(4, 'Debian GNU/Linux 12');
    const [windows = ''] = await newDevices(1, 'Microsoft Windows 11 Pro');
    const group = await newGroup([slow, off, never, usual, windows]);
    const switched = await newGroup([off]);
    await api('PUT', `/devices/${slow}/settings/DOWNLOAD_FRAG_LATENCY`, { value: 1_000 });
    await api('PUT', `/groups/${switched}/settings/DOWNLOAD_SWITCH`, { value: false });
    await api('PUT', `/devices/${never}/settings/DOWNLOAD_PERIOD_LENGTH`, { value: 4 });
    const { devices } = await ask({ ...PACKAGE, fragments: { count: 1 }, groupId: group });
    expect(devices).toMatchObject({
      ...{ total: 5, fastestSeconds: 550, medianSeconds: 550, slowestSeconds: 1_540 },
      never: [
        { reason: 'priority-above-period', count: 1, deviceIds: [never] },
        { reason: 'switched-off', count: 1, deviceIds: [off] },
      ],
    });
    const first = await ask({
      ...{ ...PACKAGE, priority: 0, fragments: { count: 1 } },
      deviceIds: [usual, windows, usual, uuidv7()],
    });
    expect(first.devices).toMatchObject({ total: 2, fastestSeconds: 10, slowestSeconds: 70, never: [] });
  });

  it('counts a group of thousands by the few ways in which they download', async () => {
    const members = await newDevices(3_000, 'Linux');
    const group = await newGroup(members);
    await sql(
      `INSERT INTO device_setting SELECT id, 'DOWNLOAD_SWITCH', 'false', now() FROM unnest($1::uuid[]) AS d (id)`,
      [members.slice(0, 1_000)],
    );
    const { devices } = await ask({ ...PACKAGE, fragments: { count: 1 }, groupId: group });
    expect(devices).toMatchObject({ total: 3_000, medianSeconds: 550, never: [{ count: 1_000 }] });
    expect(devices?.never[0]?.deviceIds).toEqual(members.slice(0, 1_000).sort().slice(0, 20));
  });

  it('warns of what agents give up before it is there', async () => {
    const long = { ...PACKAGE, fragments: { count: 10_000 } };
    expect((await ask(long)).warnings).toMatchObject([{ code: 'LONGER_THAN_TIMEOUT', field: 'fragments' }]);
    const [device = ''] = await newDevices(1, '');
    const { warnings } = await ask({ ...long, deviceIds: [device] });
    expect(warnings.map(({ text }) => text.fr)).toEqual([expect.stringContaining('avant de l’avoir : 1.')]);
    await api('PUT', `/devices/${device}/settings/DOWNLOAD_TIMEOUT`, { value: 3_000 });
    expect((await ask({ ...long, deviceIds: [device] })).warnings).toEqual([]);
  });

  it.each([
    ['priority 10', { priority: 10 }],
    ['less than nothing', { bytes: -1 }],
    ['both ways to cut', { fragments: { count: 1, sizeBytes: 1 } }],
    ['devices and a group', { deviceIds: [uuidv7()], groupId: uuidv7() }],
    ['no speed at all', { bytesPerSecond: 0 }],
  ])('refuses %s', async (_, change) => {
    expect((await ask({ ...PACKAGE, ...change })).status).toBe(400);
  });

  it('does not know a group that does not exist', async () => {
    expect((await ask({ ...PACKAGE, groupId: uuidv7() })).code).toBe('INVENTORY_GROUP_NOT_FOUND');
  });
});
