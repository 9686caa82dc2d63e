import {
  deviceIdFor,
  freePorts,
  httpRequest,
  inventoryXml,
  makeTarGz,
  ScriptedAgent,
  startS3,
  waitFor,
  type Restartable,
  type RunningS3,
} from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { query } from '../installation/database.js';
import { startDistributed, type DistributedInstallation } from '../installation/distributed-installation.js';
import { openFrontDoor } from '../installation/front-door.js';
import {
  activate,
  assign,
  buildPackage,
  builtOrFailed,
  deliveryIn,
  requestBuild,
} from '../installation/packages.js';
import { stopProgramSet, type ProgramSet } from '../installation/program-set.js';

const MACHINES = 30;
const BUILDS = 6;

let s3: RunningS3;
let installation: DistributedInstallation;
let second: ProgramSet;
let frontDoor: Restartable;
/** Where one front door shares the requests out among both sets. */
let httpUrl: string;
let api: Api;

beforeAll(async () => {
  s3 = await startS3();
  installation = await startDistributed(s3);
  second = await installation.startAnotherSet();
  const [httpPort = 0, httpsPort = 0] = await freePorts(2);
  const { tlsDirectory } = installation;
  const sets = [installation.parts.programs, second];
  frontDoor = await openFrontDoor({ httpPort, httpsPort, tlsDirectory, sets });
  httpUrl = `http://127.0.0.1:${httpPort}`;
  api = await Api.login({ httpUrl, adminPassword: installation.adminPassword });
});

afterAll(async () => {
  await frontDoor.stop();
  await stopProgramSet(second);
  await installation.stop();
  await s3.stop();
});

/** The same machine, calling the inventory program of one set or of the other. */
function agent(seed: number, which: number): ScriptedAgent {
  const { inventory } = which % 2 === 0 ? installation.parts.programs : second;
  return new ScriptedAgent({ server: `${inventory.httpUrl}/ocsinventory`, deviceId: deviceIdFor(seed) });
}

describe('two of every program at once', () => {
  it('store each machine once, deliver each package once and count each report once', async () => {
    const seeds = Array.from({ length: MACHINES }, (_, i) => i);
    const both = seeds.flatMap((seed) => [agent(seed, 0), agent(seed, 1)].map((one) => ({ seed, one })));
    const replies = await Promise.all(
      both.map(({ seed, one }) => one.inventory(inventoryXml({ seed, softwares: 20 }))),
    );
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]));
    const { items, total } = await api.post<{ items: { id: string }[]; total: number }>(
      '/api/v1/devices/search',
      {},
    );
    expect(total).toBe(MACHINES);

    const made = await buildPackage(
      httpUrl,
      api,
      { name: 'To all', operatingSystem: 'linux', priority: 1, action: { kind: 'STORE', path: '/tmp/x' } },
      await makeTarGz({ 'a.txt': { content: 'a' } }),
    );
    const activationId = await activate(api, made.id);
    await api.post('/api/v1/assignments', { activationId, deviceIds: items.map((device) => device.id) });
    await Promise.all(
      seeds.map(async (seed) => {
        const prologs = await Promise.all([agent(seed, 0).prolog(), agent(seed, 1).prolog()]);
        for (const prolog of prologs)
          expect(prolog.packages.map((offer) => offer['ID'])).toEqual([made.fileId]);
        expect((await agent(seed, seed).report(made.fileId, 'SUCCESS')).status).toBe(200);
      }),
    );
    for (const device of items) {
      const delivery = await deliveryIn(api, made.id, device.id, 'succeeded');
      expect(delivery.reports).toHaveLength(1);
    }
    const [counts] = await query<{ registered: string; notified: string; dead: string }>(
      installation,
      `SELECT
         (SELECT count(*) FROM inventory.outbox WHERE subject LIKE '%device.registered%') AS registered,
         (SELECT count(*) FROM activation.outbox
          WHERE subject LIKE '%delivery.changed%' AND payload ->> 'state' = 'notified') AS notified,
         (SELECT count(*) FROM activation.dead_letter) AS dead`,
    );
    expect(counts).toEqual({ registered: String(MACHINES), notified: String(MACHINES), dead: '0' });
  });

  it('follow a changed setting in every replica', async () => {
    await api.set('PROLOG_FREQ', 7);
    for (const which of [0, 1]) {
      await expect
        .poll(async () => (await agent(1, which).prolog()).xml, { timeout: 10_000 })
        .toContain('<PROLOG_FREQ>7</PROLOG_FREQ>');
    }
  });

  it('go on with what came before and what comes after when the first of each is killed', async () => {
    const archive = await makeTarGz({ 'a.txt': { content: 'a' } });
    const settings = (name: string): object => ({
      name,
      operatingSystem: 'linux',
      action: { kind: 'STORE', path: '/tmp/x' },
    });
    const begun = await Promise.all(
      Array.from({ length: BUILDS }, (_, i) => requestBuild(httpUrl, api, settings(`Begun ${i}`), archive)),
    );
    await Promise.all(Object.values(installation.parts.programs).map((program) => program.kill()));

    const seed = MACHINES + 1;
    const atTheDoor = new ScriptedAgent({ server: `${httpUrl}/ocsinventory`, deviceId: deviceIdFor(seed) });
    expect((await atTheDoor.inventory(inventoryXml({ seed, softwares: 5 }))).status).toBe(200);
    const { items } = await api.post<{ items: { id: string }[] }>('/api/v1/devices/search', {
      text: deviceIdFor(seed),
    });
    const deviceId = items[0]?.id ?? '';
    const made = await buildPackage(httpUrl, api, settings('After'), archive);
    // The usual locations are those of another door, behind which all were killed: no check would pass.
    await assign(api, await activate(api, made.id, { force: true }), deviceId);
    expect((await atTheDoor.prolog()).packages.map((offer) => offer['ID'])).toEqual([made.fileId]);
    const fragment = `${httpUrl}/download/${made.fileId}/${made.fileId}-1`;
    // nginx tells an agent that a fragments program is gone, and leaves the second try to the agent.
    await waitFor(async () => (await httpRequest(fragment)).body.equals(archive), { what: 'the fragment' });
    expect((await atTheDoor.report(made.fileId, 'SUCCESS')).status).toBe(200);
    await deliveryIn(api, made.id, deviceId, 'succeeded');

    for (const { id } of begun) expect((await builtOrFailed(api, id)).state).toBe('built');
  });
});
