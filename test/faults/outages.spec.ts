import {
  deviceIdFor,
  httpRequest,
  inventoryXml,
  makeTarGz,
  ScriptedAgent,
  startS3,
  waitFor,
  type RunningS3,
} from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { query } from '../installation/database.js';
import { startDistributed, type DistributedInstallation } from '../installation/distributed-installation.js';
import {
  activate,
  assign,
  buildPackage,
  builtOrFailed,
  deliveryIn,
  uploadArchive,
  type CreatedPackage,
} from '../installation/packages.js';

let s3: RunningS3;
let installation: DistributedInstallation;
let api: Api;

beforeAll(async () => {
  s3 = await startS3();
  installation = await startDistributed(s3);
  api = await Api.login(installation);
});

afterAll(async () => {
  await installation.stop();
  await s3.stop();
});

function agent(seed: number): ScriptedAgent {
  return new ScriptedAgent({ server: `${installation.httpUrl}/ocsinventory`, deviceId: deviceIdFor(seed) });
}

async function deviceIdOf(seed: number): Promise<string> {
  const { items } = await api.post<{ items: { id: string }[] }>('/api/v1/devices/search', {
    text: deviceIdFor(seed),
  });
  return items[0]?.id ?? '';
}

const archive = await makeTarGz({ 'file.txt': { content: 'content of the package' } });
const settings = (name: string): object => ({
  name,
  operatingSystem: 'linux',
  priority: 1,
  action: { kind: 'STORE', path: '/tmp/never-used' },
});

describe('NATS stops and comes back in the middle of a package journey', () => {
  it('loses nothing and does nothing twice', async () => {
    const { nats } = installation.parts;
    const seeds = Array.from({ length: 20 }, (_, i) => i);
    await Promise.all(seeds.map((seed) => agent(seed).inventory(inventoryXml({ seed, softwares: 5 }))));
    const made = await buildPackage(installation.httpUrl, api, settings('During an outage'), archive);
    const activationId = await activate(api, made.id);
    const deviceIds = await Promise.all(seeds.map(deviceIdOf));
    await api.post('/api/v1/assignments', { activationId, deviceIds });

    await nats.kill();
    for (const seed of seeds) {
      const prolog = await agent(seed).prolog();
      expect(prolog.packages.map((offer) => offer['ID'])).toEqual([made.fileId]);
      expect((await agent(seed).report(made.fileId, 'SUCCESS')).status).toBe(200);
      // The report waits for NATS; the package must not run again meanwhile.
      expect((await agent(seed).prolog()).packages).toEqual([]);
    }
    const late = await api.post<CreatedPackage>('/api/v1/packages', settings('Built in an outage'));
    await uploadArchive(installation.httpUrl, api, late.upload?.url ?? '', archive);
    await api.post(`/api/v1/packages/${late.id}/build`);
    await nats.start();

    for (const deviceId of deviceIds) {
      const delivery = await deliveryIn(api, made.id, deviceId, 'succeeded');
      expect(delivery.reports.map((report) => report.code)).toEqual(['SUCCESS']);
      expect(delivery.attempt).toBe(1);
    }
    expect((await builtOrFailed(api, late.id)).state).toBe('built');
    const activatedLate = await activate(api, late.id);
    await assign(api, activatedLate, deviceIds[0] ?? '');
    expect((await agent(0).prolog()).packages.map((offer) => offer['ID'])).toEqual([late.fileId]);
    const dead = await query<{ n: number }>(
      installation,
      `SELECT (SELECT count(*) FROM activation.dead_letter) + (SELECT count(*) FROM builder.dead_letter) AS n`,
    );
    expect(Number(dead[0]?.n)).toBe(0);
  });
});

describe('the S3 server stops and comes back', () => {
  it('refuses uploads with a clear error and downloads with 503, and both recover', async () => {
    const made = await buildPackage(installation.httpUrl, api, settings('Before the outage'), archive);
    const fragment = `${installation.httpUrl}/download/${made.fileId}/${made.fileId}-1`;
    expect((await httpRequest(fragment)).status).toBe(200);
    const waiting = await api.post<CreatedPackage>('/api/v1/packages', settings('Sent in the outage'));

    await s3.halt();
    const refused = await patch(waiting, archive);
    expect(refused.status).toBe(503);
    expect(refused.body.toString('utf8')).toContain('BUILDER_STORAGE_UNAVAILABLE');
    const download = await httpRequest(fragment);
    expect(download.status).toBe(503);
    expect(download.headers['retry-after']).toBeDefined();
    // An agent's PROLOG has nothing to do with the store.
    expect((await agent(0).prolog()).status).toBe(200);

    await s3.start();
    await waitFor(async () => (await httpRequest(fragment)).status === 200, {
      what: 'downloads to recover',
      timeoutMs: 30_000,
    });
    await uploadArchive(installation.httpUrl, api, waiting.upload?.url ?? '', archive);
    await api.post(`/api/v1/packages/${waiting.id}/build`);
    expect((await builtOrFailed(api, waiting.id)).state).toBe('built');
  });

  function patch(created: CreatedPackage, body: Buffer): ReturnType<typeof httpRequest> {
    return httpRequest(new URL(created.upload?.url ?? '', installation.httpUrl).href, {
      method: 'PATCH',
      headers: {
        Authorization: `Bearer ${api.token}`,
        'Tus-Resumable': '1.0.0',
        'Upload-Offset': '0',
        'Upload-Length': String(body.length),
        'Content-Type': 'application/offset+octet-stream',
        'Content-Length': body.length,
      },
      body,
    });
  }
});
