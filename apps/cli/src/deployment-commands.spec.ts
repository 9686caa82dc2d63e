import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { page, useSampleServer } from './sample-server.spec-support.js';

const id = (last: number): string => `018f0000-0000-7000-8000-${String(last).padStart(12, '0')}`;
const [APP, TOOL, DEVICE, OTHER, GROUP, SEARCH, SET] = [id(1), id(2), id(3), id(4), id(5), id(6), id(7)];
const built = (packageId: string, name: string): object => ({
  ...{ id: packageId, fileId: '1700000001', name, version: 1, operatingSystem: 'linux', priority: 5 },
  ...{ state: 'built', hasArchive: true, size: 1, fragmentCount: 1 },
});
const place = (activationId: string): object => ({
  ...{ id: activationId, infoLocation: `${activationId}:8443/download`, fragmentLocation: 'host/download' },
  ...{ forced: true, checks: [{ ok: true }, { ok: false }], checkedAt: '2026-01-01T00:00:00Z' },
});
const words = (en: string): object => ({ en, fr: `fr ${en}` });
const counts = { waiting: 1, notified: 2, succeeded: 3, failed: 4 };
const rule = {
  ...{ id: id(20), packageId: APP, packageName: 'app', packageVersion: 1, members: 7, counts },
  ...{ targetKind: 'group', targetId: GROUP, targetName: 'Lyon', targetExists: true },
};
const set = {
  id: SET,
  name: 'Base',
  description: 'x',
  inOrder: true,
  packages: [{ packageId: APP, name: 'app', version: 1 }],
};
const policy = { on: ['ERR_*'], retries: 3, firstAfterMinutes: 60, factor: 2, maxAfterMinutes: 1_440 };
const archive = {
  ...{ id: id(21), packageName: 'app', kind: 'succeeded', deliveries: 5, createdBy: 'ada' },
  ...{ createdAt: '2026-01-01T00:00:00Z', restoredAt: null },
};
const verified = {
  ...{ verifiedAt: '2026-01-01T00:00:00Z', damagedAt: null, damagedFiles: [] },
  ...{ doubts: { deliveries: 2, lastAt: null }, verdict: words('The machines are wrong.') },
};
let verifications = 0;

const { run, sent, asked, home } = useSampleServer({
  'GET /api/v1/packages': ({ name }) =>
    page([built(APP, 'app'), built(TOOL, 'tool')].filter((one) => (one as { name: string }).name === name)),
  'GET /api/v1/activations': ({ packageId = '' }) =>
    page(packageId === APP ? [place('a-app')] : [place('a-tool'), place('a-old')]),
  'DELETE /api/v1/activations/a-app': { withdrawn: 3, alreadyNotified: { total: 1 } },
  'DELETE /api/v1/activations/a-old': { withdrawn: 0, alreadyNotified: { total: 0 } },
  'GET /api/v1/groups': page([{ id: GROUP, name: 'Lyon' }]),
  'GET /api/v1/searches': page([{ id: SEARCH, name: 'Old', search: {} }]),
  'GET /api/v1/package-sets': page([set]),
  'POST /api/v1/package-sets': set,
  [`DELETE /api/v1/package-sets/${SET}`]: null,
  'POST /api/v1/assignments': {
    items: [{ activationId: 'a-app', deviceId: DEVICE, deliveryId: 'd1', attempt: 2 }],
    rules: [{ ruleId: 'r1', activationId: 'a-tool', targetKind: 'group', targetName: 'Lyon\u001b' }],
    warnings: [{ text: words('Only Windows agents obey the date.') }],
    estimate: { fastestSeconds: 60, slowestSeconds: 7_200 },
  },
  'GET /api/v1/assignments': ({ deviceId }) => page(deviceId === DEVICE ? [{ id: id(30) }] : []),
  [`DELETE /api/v1/assignments/${id(30)}`]: { withdrawn: 1, alreadyNotified: { total: 0 } },
  'GET /api/v1/assignment-rules': page([rule, { ...rule, id: id(31), packageId: TOOL, targetExists: false }]),
  [`DELETE /api/v1/assignment-rules/${rule.id}`]: { withdrawn: 4, alreadyNotified: { total: 2 } },
  'GET /api/v1/deliveries': page([
    {
      ...{ id: 'd1', deviceId: DEVICE, deviceName: 'pc-1', attempt: 2, stage: 'downloading', code: null },
      ...{ stageAgeSeconds: 7_200, fragments: { fetched: 3, total: 9 }, reason: words('It is on its way.') },
    },
  ]),
  [`GET /api/v1/packages/${APP}/statistics`]: {
    ...{ counts, total: 10, stages: { offered: 2 }, succeededWithWarnings: 1, retrying: 1, archived: 5 },
    failuresByCode: [{ code: 'ERR_EXECUTE', count: 4, reason: words('It did not run.') }],
    byFragmentLocation: [{ fragmentLocation: 'host/download', counts }],
    byOperatingSystem: [{ value: 'windows', counts }],
    ...{ byTag: null, byGroup: [], note: words('Inventory is away.') },
  },
  [`GET /api/v1/packages/${APP}/statistics.csv`]: 'a,b\n1,2\n',
  [`GET /api/v1/packages/${APP}/archives`]: page([archive]),
  [`POST /api/v1/packages/${APP}/archives`]: archive,
  [`POST /api/v1/delivery-archives/${archive.id}/restore`]: archive,
  [`GET /api/v1/packages/${APP}/retry-policy`]: policy,
  [`PUT /api/v1/packages/${APP}/retry-policy`]: policy,
  [`DELETE /api/v1/packages/${APP}/retry-policy`]: null,
  [`GET /api/v1/packages/${APP}/verification`]: () =>
    ++verifications < 3
      ? verified
      : {
          ...verified,
          verifiedAt: '2026-01-02T00:00:00Z',
          damagedAt: '2026-01-02T00:00:00Z',
          damagedFiles: ['info'],
        },
  'POST /api/v1/stored-packages/1700000001/verify': null,
});

describe('entrepot assign', () => {
  it('gives several packages to devices, groups and saved searches, in order and again and again', async () => {
    const { code, out, err } = await run([
      ...[
        'assign',
        'app',
        DEVICE,
        OTHER,
        '--and',
        'tool',
        '--group',
        'lyon',
        '--search',
        'old',
        '--in-order',
      ],
      ...['--force', '--schedule', '2026/12/01 03:00', '--post-command', 'REBOOT'],
      ...['--repeat', 'week sat 03:00', '--zone', 'Europe/Paris'],
    ]);
    expect(code).toBe(0);
    expect(sent()).toEqual({
      ...{
        activationIds: ['a-app', 'a-tool'],
        deviceIds: [DEVICE, OTHER],
        groupIds: [GROUP],
        searchIds: [SEARCH],
      },
      ...{ inOrder: true, force: true, schedule: '2026/12/01 03:00', postCommand: 'REBOOT' },
      repeat: { every: 'week', on: 6, at: '03:00', zone: 'Europe/Paris' },
    });
    expect(err).toContain('Warning: Only Windows agents obey the date.\n');
    expect(err).toContain('about 60 s to 2 h');
    expect(err).toContain('tool@1 has 2 activations; the newest is taken, at a-tool:8443/download (info)');
    expect(out).toMatch(/app@1 +2 +d1\ngroup Lyon\? +tool@1 +- +r1/);
  });

  it('gives a set to devices, or to a group alone', async () => {
    const { code, out } = await run(['assign', DEVICE, '--set', 'base']);
    expect([code, out]).toEqual([0, expect.stringMatching(/app@1 +2 +d1/)]);
    expect(sent()).toEqual({ setId: SET, deviceIds: [DEVICE], force: false });
    expect((await run(['assign', '--set', 'base', '--group', 'lyon'])).code).toBe(0);
    expect(sent()).toEqual({ setId: SET, deviceIds: [], groupIds: [GROUP], force: false });
  });

  it.each([
    ['a time that is none', ['assign', 'app', DEVICE, '--repeat', 'fridays']],
    ['nothing', ['assign']],
    ['a zone of no time', ['assign', 'app', DEVICE, '--zone', 'UTC']],
    ['two ways to say what', ['assign', DEVICE, '--set', 'base', '--and', 'tool']],
    ['an activation of several packages', ['assign', 'app', DEVICE, '--and', 'tool', '--activation', id(40)]],
  ])('refuses %s', async (_, line) => {
    expect((await run(line)).code).toBe(2);
    expect(asked.some(({ what }) => what.startsWith('POST'))).toBe(false);
  });
});

describe('entrepot unassign', () => {
  it('takes a package back from a device and a group, and says what it could not stop', async () => {
    const { out } = await run(['unassign', 'app', DEVICE, '--group', 'lyon']);
    expect(asked.filter(({ what }) => what.startsWith('DELETE')).length).toBe(2);
    expect(out).toBe(
      'The rule is gone. 5 waiting deliveries are withdrawn. 2 devices had been told of it: they may have it, or be fetching it.\n',
    );
  });

  it('takes back a rule whose group is gone', async () => {
    expect((await run(['unassign', 'app', '--rule', rule.id])).code).toBe(0);
    expect(asked.at(-1)?.what).toBe(`DELETE /api/v1/assignment-rules/${rule.id}`);
  });

  it('fails where it is not assigned, and needs to know from whom', async () => {
    expect((await run(['unassign', 'app', OTHER])).code).toBe(1);
    expect((await run(['unassign', 'app'])).code).toBe(2);
  });
});

describe('entrepot activations and deactivate', () => {
  it('say where a package is, and take it away', async () => {
    expect((await run(['activations', 'app'])).out).toMatch(
      /a-app:8443\/download +host\/download +yes +wrong +2026-\S+ \S+ +a-app\n/,
    );
    expect((await run(['deactivate', 'app'])).out).toBe(
      'Package app@1 is no longer activated there. 3 waiting deliveries are withdrawn. 1 devices had been told of it: they may have it, or be fetching it.\n',
    );
  });

  it('ask which one is meant when there are several', async () => {
    const { code, err } = await run(['deactivate', 'tool']);
    expect([code, err]).toEqual([1, expect.stringContaining('has 2 activations: say which one')]);
    expect((await run(['deactivate', 'tool', '--activation', 'a-old'])).code).toBe(0);
    expect(asked.at(-1)?.what).toBe('DELETE /api/v1/activations/a-old');
    expect((await run(['deactivate', 'tool', '--activation', 'a-app'])).code).toBe(1);
  });
});

describe('rules and sets', () => {
  it('are listed', async () => {
    expect((await run(['rules', '--package', 'app'])).out).toMatch(/app@1 +group Lyon +7 +1 +2 +3 +4/);
    expect(asked.at(-1)?.query).toMatchObject({ packageId: APP });
    expect((await run(['rules'])).out).toContain('group Lyon (gone)');
    expect((await run(['sets'])).out).toMatch(/Base +yes +app@1 +x/);
  });

  it('are made and deleted by name', async () => {
    await run(['sets', 'create', 'Base', 'app', 'tool', '--in-order']);
    expect(sent()).toEqual({ name: 'Base', inOrder: true, packageIds: [APP, TOOL] });
    expect((await run(['sets', 'delete', 'base'])).code).toBe(0);
    expect((await run(['sets', 'delete', 'none'])).err).toContain('There is no package set "none"');
  });
});

describe('entrepot deliveries and statistics', () => {
  it('say how far each device is, and why', async () => {
    const { out } = await run(['deliveries', 'app', '--stage', 'downloading', '--device', DEVICE]);
    expect(out).toMatch(/pc-1 +2 +downloading +2 h +3 of 9 +- +It is on its way\./);
    expect(asked.at(-1)?.query).toMatchObject({ latest: 'true', stage: 'downloading', deviceId: DEVICE });
    await run(['deliveries', 'app', '--all']);
    expect(asked.at(-1)?.query).not.toHaveProperty('latest');
    expect((await run(['deliveries', 'app', '--stage', 'lost'])).code).toBe(2);
  });

  it('count, and write CSV', async () => {
    const { out, err } = await run(['statistics', 'app']);
    expect(err).toBe('Inventory is away.\n');
    expect(out).toMatch(/ERR_EXECUTE +4 +It did not run\./);
    expect(out).toMatch(/windows +1 +2 +3 +4/);
    expect(out).not.toContain('TAG');
    expect((await run(['statistics', 'app', '--csv'])).out).toBe('a,b\n1,2\n');
    const output = join(home(), 'out.csv');
    await run(['statistics', 'app', '--output', output]);
    expect(await readFile(output, 'utf8')).toBe('a,b\n1,2\n');
  });
});

describe('entrepot archive, retry-policy and verify', () => {
  it('puts deliveries away and back', async () => {
    expect((await run(['archive', 'app', 'succeeded'])).out).toContain(
      `5 deliveries of app@1 are put away (${id(21)})`,
    );
    expect(sent()).toEqual({ kind: 'succeeded' });
    expect((await run(['archive', 'app'])).out).toMatch(/succeeded +5 .* ada +- /);
    expect((await run(['archive', 'app', 'everything'])).code).toBe(2);
    expect((await run(['restore', archive.id])).out).toBe('5 deliveries of app are back.\n');
  });

  it('says what is tried again', async () => {
    expect((await run(['retry-policy', 'app'])).out).toBe(
      'ERR_*: 3 times, first after 60 min, then 2 times as long each time, 24 h at the most.\n',
    );
    await run(['retry-policy', 'app', '--on', 'ERR_BAD_DIGEST', '--on', 'ERR_*', '--after', '2000']);
    expect(sent()).toEqual({
      ...{
        on: ['ERR_BAD_DIGEST', 'ERR_*'],
        retries: 3,
        firstAfterMinutes: 2_000,
        factor: 2,
        maxAfterMinutes: 2_000,
      },
    });
    expect((await run(['retry-policy', 'app', '--remove'])).code).toBe(0);
    expect((await run(['retry-policy', 'app', '--remove', '--on', 'ERR_*'])).code).toBe(2);
    expect((await run(['retry-policy', 'app', '--retries', '2'])).code).toBe(2);
    expect((await run(['retry-policy', 'tool'])).code).toBe(1);
  });

  it('has the bytes read again, waits, and ends with 1 when they are damaged', async () => {
    verifications = 0;
    const asking = await run(['verify', 'app']);
    expect([asking.code, asking.out]).toEqual([0, expect.stringContaining('The machines are wrong.')]);
    const waited = await run(['verify', 'app', '--wait']);
    expect([waited.code, waited.out]).toEqual([1, expect.stringMatching(/^Damaged since .*: info\./)]);
  });
});
