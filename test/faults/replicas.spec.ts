import { deviceIdFor, freePorts, inventoryXml, makeTarGz, ScriptedAgent } from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { query } from '../installation/database.js';
import {
  startDistributed,
  type DistributedInstallation,
  type ProgramName,
} from '../installation/distributed-installation.js';
import { activate, buildPackage, deliveryIn } from '../installation/packages.js';
import type { Program } from '../installation/program.js';

const MACHINES = 30;
const DOUBLED: readonly ProgramName[] = ['inventory', 'activation', 'builder', 'identity', 'fragments'];

let installation: DistributedInstallation;
let api: Api;
const replicas: Program[] = [];
let inventoryUrls: readonly string[];

beforeAll(async () => {
  installation = await startDistributed();
  api = await Api.login(installation);
  const http = await freePorts(DOUBLED.length);
  const rpc = await freePorts(DOUBLED.length);
  for (const [i, name] of DOUBLED.entries()) {
    const replica = installation.parts.programs[name].replica(http[i] ?? 0, {
      ENTREPOT_HTTP_PORT: String(http[i]),
      ENTREPOT_RPC_PORT: String(rpc[i]),
    });
    replicas.push(replica);
  }
  await Promise.all(replicas.map((replica) => replica.start()));
  inventoryUrls = [installation.httpUrl, `http://127.0.0.1:${http[0] ?? 0}`];
});

afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await installation.stop();
});

/** The same machine, calling one replica of inventory or the other. */
function agent(seed: number, which: number): ScriptedAgent {
  const url = inventoryUrls[which % inventoryUrls.length] ?? '';
  return new ScriptedAgent({ server: `${url}/ocsinventory`, deviceId: deviceIdFor(seed) });
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
      installation.httpUrl,
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

  it('go on when one of the two is killed', async () => {
    await Promise.all(replicas.map((replica) => replica.kill()));
    const seed = MACHINES + 1;
    expect((await agent(seed, 0).inventory(inventoryXml({ seed, softwares: 5 }))).status).toBe(200);
    const made = await buildPackage(
      installation.httpUrl,
      api,
      { name: 'After', operatingSystem: 'linux', action: { kind: 'EXECUTE', command: 'true' } },
      null,
    );
    await activate(api, made.id);
  });
});
