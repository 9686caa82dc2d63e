import { inventoryRpc, type BreakdownRow, type InventoryRpc } from '@entrepot/contracts';
import { useDatabase } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ActivationTrial, type BuiltPackage } from '../activation-trial.spec-support.js';

const used = useDatabase();
let trial: ActivationTrial;
beforeAll(async () => {
  trial = await ActivationTrial.start(used.url());
});
afterAll(() => trial?.app.close());

let built: BuiltPackage;
let devices: string[] = [];
beforeEach(async () => {
  vi.restoreAllMocks();
  built = await trial.activated(5, { operatingSystem: 'windows' });
  devices = Array.from({ length: 6 }, () => uuidv7());
  await trial.assign(built.activationId, devices);
  const results = ['SUCCESS', 'SUCCESS_1', 'EXIT_CODE_1603', 'EXIT_CODE_1603'];
  for (const [index, result] of results.entries()) {
    await trial.prolog(devices[index] ?? '');
    await trial.report(devices[index] ?? '', built.fileId, result);
  }
  await trial.prolog(devices[4] ?? '');
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- specs read answers as a script would
async function statistics(): Promise<any> {
  return (await trial.call('GET', `packages/${built.packageId}/statistics`)).body;
}

function breakdown(answer: () => Promise<{ readonly rows: readonly BreakdownRow[] }>): void {
  vi.spyOn(trial.app.get<InventoryRpc>(inventoryRpc.token), 'packageBreakdown').mockImplementation(answer);
}

describe('the statistics of a package', () => {
  it('count states, stages, warnings and failures, each failure with its reason and its deliveries', async () => {
    const shown = await statistics();
    expect(shown).toMatchObject({
      counts: { waiting: 1, notified: 1, succeeded: 2, failed: 2 },
      ...{ total: 6, succeededWithWarnings: 1, retrying: 0, archived: 0 },
      stages: { offered: 1, infoFetched: 0, downloading: 0, downloaded: 0 },
      failuresByCode: [
        { code: 'EXIT_CODE_1603', count: 2, reason: { en: expect.stringContaining('fatal') } },
      ],
      byFragmentLocation: [
        {
          fragmentLocation: 'here:8080/download',
          counts: { waiting: 1, notified: 1, succeeded: 2, failed: 2 },
        },
      ],
    });
    const link: string = shown.failuresByCode[0].link;
    const { body } = await trial.call('GET', link.replace('/api/v1/', ''));
    expect(body).toMatchObject({ total: 2, items: [{ code: 'EXIT_CODE_1603' }, { code: 'EXIT_CODE_1603' }] });
  });

  it('let the result before a planned retry stand until the retry is due', async () => {
    const [, , failed = ''] = devices;
    await plan(failed, `now() + interval '1 hour'`);
    expect(await statistics()).toMatchObject({ counts: { waiting: 1, failed: 2 }, retrying: 1, total: 6 });
    await trial.app
      .get(DataSource)
      .query(
        `UPDATE delivery SET not_before = now() - interval '1 second' WHERE device_id = $1 AND retry = 1`,
        [failed],
      );
    expect(await statistics()).toMatchObject({ counts: { waiting: 2, failed: 1 }, retrying: 0, total: 6 });
  });

  it('tell what happened on each of the first 90 days', async () => {
    const day = new Date().toISOString().slice(0, 10);
    expect((await statistics()).overTime).toEqual([{ day, notified: 5, succeeded: 2, failed: 2 }]);
    await trial.app
      .get(DataSource)
      .query(`UPDATE delivery SET notified_at = notified_at - interval '100 days' WHERE device_id = $1`, [
        devices[0],
      ]);
    const [only, ...others] = (await statistics()).overTime;
    expect(only).toMatchObject({ notified: 1, succeeded: 0, failed: 0 });
    expect(others).toEqual([]);
  });

  it('break down by what inventory knows of the devices', async () => {
    const row = (
      dimension: BreakdownRow['dimension'],
      value: string,
      state: string,
      count: number,
    ): BreakdownRow => ({
      ...{ dimension, value, state, count },
    });
    const rows = [
      row('operatingSystem', 'Windows 11', 'succeeded', 2),
      row('operatingSystem', 'Windows 10', 'failed', 3),
      row('operatingSystem', 'Windows 10', 'withdrawn', 5),
      row('tag', 'Lyon', 'waiting', 1),
    ];
    breakdown(() => Promise.resolve({ rows }));
    expect(await statistics()).toMatchObject({
      byOperatingSystem: [
        { value: 'Windows 10', counts: { waiting: 0, notified: 0, succeeded: 0, failed: 3 } },
        { value: 'Windows 11', counts: { succeeded: 2 } },
      ],
      byTag: [{ value: 'Lyon', counts: { waiting: 1 } }],
      ...{ byGroup: [], note: null },
    });
  });

  it('go without that when inventory is down, or does not answer', async () => {
    const without = {
      ...{ byOperatingSystem: null, byTag: null, byGroup: null },
      note: { en: expect.stringContaining('inventory'), fr: expect.stringContaining('inventaire') },
    };
    breakdown(() => Promise.reject(new Error('down')));
    expect(await statistics()).toMatchObject({ total: 6, ...without });
    breakdown(() => new Promise(() => undefined));
    expect(await statistics()).toMatchObject({ total: 6, ...without });
  });

  it('are a CSV file with a line for each attempt, which no spreadsheet runs', async () => {
    await trial.app
      .get(DataSource)
      .query(`UPDATE device SET name = '=HYPERLINK("http://evil","x")' WHERE device_id = $1`, [devices[0]]);
    const url = `/api/v1/packages/${built.packageId}/statistics.csv`;
    const answer = await trial.app.inject({ method: 'GET', url, headers: { authorization: 'Bearer trial' } });
    expect(answer.headers['content-type']).toContain('text/csv');
    const [header = '', ...lines] = answer.body.trimEnd().split('\r\n');
    expect(header.split(',').slice(0, 8)).toEqual([
      ...['delivery', 'device', 'device_name', 'attempt', 'state', 'stage', 'stage_since', 'code'],
    ]);
    expect(lines).toHaveLength(6);
    expect(lines.find((line) => line.includes(devices[0] ?? ''))).toContain(
      `"'=HYPERLINK(""http://evil"",""x"")",1,succeeded,succeeded,`,
    );
    const unknown = { method: 'GET', url: `/api/v1/packages/${uuidv7()}/statistics.csv` } as const;
    const refused = await trial.app.inject({ ...unknown, headers: { authorization: 'Bearer trial' } });
    expect(refused.statusCode).toBe(404);
  });
});

/** As the retry policy would: a next attempt for later. */
async function plan(deviceId: string, notBefore: string): Promise<void> {
  await trial.app.get(DataSource).query(
    `WITH given AS (UPDATE assignment SET attempt = attempt + 1 WHERE device_id = $1 RETURNING *)
     INSERT INTO delivery (delivery_id, assignment_id, package_id, device_id, attempt, force, assigned_by, state,
       created_at, not_before, retry)
     SELECT $2, assignment_id, $3, device_id, attempt, force, 'retry policy', 'waiting', now(), ${notBefore}, 1
     FROM given`,
    [deviceId, uuidv7(), built.packageId],
  );
}
