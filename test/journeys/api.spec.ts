import {
  deviceIdFor,
  httpRequest,
  inventoryXml,
  ScriptedAgent,
  type AgentForm,
  type Packing,
} from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { startInstallation, type Installation } from '../installation/installation.js';

let installation: Installation;
let api: Api;

beforeAll(async () => {
  installation = await startInstallation();
  api = await Api.login(installation);
});

afterAll(() => installation.stop());

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD'] as const;

describe('the API for operators', () => {
  it('is described by one document with the routes of every context', async () => {
    const answer = await httpRequest(`${installation.httpUrl}/api/openapi.json`);
    const { paths } = JSON.parse(answer.body.toString('utf8')) as OpenApi;
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/devices/search',
        '/api/v1/settings',
        '/api/v1/packages/{id}/build',
        '/api/v1/packages/{id}/statistics',
        '/api/v1/activations',
        '/api/v1/assignments',
        '/api/v1/auth/login',
        '/api/v1/audit-records',
        '/api/v1/dead-letters/builder',
      ]),
    );
    const page = await httpRequest(`${installation.httpUrl}/api/docs`);
    expect(page.status).toBe(200);
    expect(page.body.toString('utf8')).toContain('swagger-ui');
  });

  it('answers 401 on every route but the login to who has no token', async () => {
    const answer = await httpRequest(`${installation.httpUrl}/api/openapi.json`);
    const { paths } = JSON.parse(answer.body.toString('utf8')) as OpenApi;
    const closed: Record<string, number> = {};
    for (const [path, operations] of Object.entries(paths)) {
      if (path === '/api/v1/auth/login') continue;
      for (const method of METHODS.filter((name) => name.toLowerCase() in operations)) {
        const url = `${installation.httpUrl}${path.replaceAll(/\{\w+\}/g, '01a1fa45-ab0e-760f-83ec-5323284992e4')}`;
        closed[`${method} ${path}`] = (await httpRequest(url, { method })).status;
      }
    }
    expect(Object.keys(closed).length).toBeGreaterThan(20);
    expect(Object.entries(closed).filter(([, status]) => status !== 401)).toEqual([]);
  });

  it('keeps a record of who changed what', async () => {
    await api.set('PROLOG_FREQ', 12);
    await expect
      .poll(
        async () => {
          const { items } = await api.get<{ items: { action: string; accountName: string }[] }>(
            '/api/v1/audit-records',
          );
          return items.map(({ action, accountName }) => `${accountName} ${action}`);
        },
        { timeout: 20_000 },
      )
      .toContain('admin setting.set');
  });
});

const KINDS: readonly (readonly [AgentForm, Packing, seed: number])[] = [
  ['unix', 'zlib', 100],
  ['windows', 'zlib', 101],
  ['android', 'gzip', 102],
  ['clear', 'clear', 103],
];

interface Found {
  readonly items: readonly { readonly id: string; readonly ipAddress: string }[];
}

describe('agents of every kind', () => {
  it.each(KINDS)(
    'a %s agent is inventoried and answered in its own packing, %s',
    async (form, packing, seed) => {
      const agent = new ScriptedAgent({
        server: `${installation.httpUrl}/ocsinventory`,
        deviceId: deviceIdFor(seed),
        form,
      });
      const first = await agent.prolog();
      expect([first.status, first.response]).toEqual([200, 'SEND']);
      const inventory = await agent.inventory(inventoryXml({ seed, softwares: 30 }));
      expect([inventory.status, inventory.response]).toEqual([200, 'NO_ACCOUNT_UPDATE']);
      expect([first.packing, inventory.packing]).toEqual([packing, packing]);
      const { items } = await api.post<Found>('/api/v1/devices/search', { text: deviceIdFor(seed) });
      const software = await api.get<{ total: number }>(
        `/api/v1/devices/${items[0]?.id ?? ''}/sections/SOFTWARES?limit=1`,
      );
      expect(software.total).toBe(30);
      const report = await agent.report('1700000001', 'SUCCESS');
      expect([report.status, report.body.length]).toEqual([200, 0]);
    },
  );

  it.each(KINDS)('a %s agent tells of a new address between two inventories', async (form, _, seed) => {
    const deviceId = deviceIdFor(seed);
    const agent = new ScriptedAgent({ server: `${installation.httpUrl}/ocsinventory`, deviceId, form });
    await agent.inventory(inventoryXml({ seed, softwares: 1 }));
    const { items } = await api.post<Found>('/api/v1/devices/search', { text: deviceId });
    const networks = `/api/v1/devices/${items[0]?.id ?? ''}/sections/NETWORKS`;
    const [moved, kept] = (await api.get<{ items: Record<string, string>[] }>(networks)).items;
    const ip = `192.168.7.${seed}`;
    const reply = await agent.notify([
      { ip, mask: '255.255.254.0', mac: moved?.['MACADDR'] ?? '', gateway: '192.168.7.1' },
    ]);
    expect([reply.status, reply.body.length]).toEqual([200, 0]);
    const renewed = { ...moved, IPADDRESS: ip, IPMASK: '255.255.254.0', IPGATEWAY: '192.168.7.1' };
    expect((await api.get<{ items: unknown }>(networks)).items).toEqual([renewed, kept]);
    const again = await api.post<Found>('/api/v1/devices/search', { text: deviceId });
    expect(again.items.map((device) => device.ipAddress)).toEqual([ip]);
  });
});
