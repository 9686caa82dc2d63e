import { deviceIdFor, httpRequest, inventoryXml, makeTarGz, ScriptedAgent, waitFor } from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { startEmbedded, type EmbeddedInstallation } from '../installation/embedded-installation.js';
import { activate, buildPackage } from '../installation/packages.js';

let installation: EmbeddedInstallation;

beforeAll(async () => {
  installation = await startEmbedded();
});

afterAll(() => installation.stop());

function agent(seed: number): ScriptedAgent {
  return new ScriptedAgent({ server: `${installation.httpUrl}/ocsinventory`, deviceId: deviceIdFor(seed) });
}

async function readiness(): Promise<number> {
  return (await httpRequest(`${installation.httpUrl}/readyz`)).status;
}

describe('Postgres stops and comes back', () => {
  it('never says yes to an agent meanwhile, and goes on by itself afterwards', async () => {
    const api = await Api.login(installation);
    const inventory = inventoryXml({ seed: 1, softwares: 5 });
    expect((await agent(1).inventory(inventory)).status).toBe(200);

    await installation.postgres.halt();
    expect((await agent(2).inventory(inventoryXml({ seed: 2, softwares: 5 }))).status).toBe(500);
    expect((await agent(1).prolog()).status).toBe(500);
    expect(await readiness()).toBe(503);
    expect((await api.ask('GET', '/api/v1/packages')).status).toBeGreaterThanOrEqual(500);

    await installation.postgres.start();
    await waitFor(async () => (await readiness()) === 200, {
      what: 'readiness to return',
      timeoutMs: 30_000,
    });
    expect((await agent(2).inventory(inventoryXml({ seed: 2, softwares: 5 }))).status).toBe(200);
    const { total } = await api.post<{ total: number }>('/api/v1/devices/search', {});
    expect(total).toBe(2);
    // Events flow again: activation hears of the build only through the outbox.
    const made = await buildPackage(
      installation.httpUrl,
      api,
      { name: 'Afterwards', operatingSystem: 'linux', action: { kind: 'STORE', path: '/tmp/x' } },
      await makeTarGz({ 'a.txt': { content: 'a' } }),
    );
    await activate(api, made.id);
  });
});
