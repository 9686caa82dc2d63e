import { xmlAttributes, xmlText } from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { startInstallation, type Installation } from '../installation/installation.js';
import { ScriptedMachine } from './scripted-machine.js';

let installation: Installation;
let api: Api;

beforeAll(async () => {
  installation = await startInstallation();
  api = await Api.login(installation);
  // Who is to look for neighbours is asked for an inventory too, whatever FREQUENCY says.
  await api.set('IPDISCOVER', 0);
});

afterAll(() => installation.stop());

let seeds = 0;

async function reported(): Promise<{ readonly one: ScriptedMachine; readonly id: string }> {
  seeds += 1;
  const one = new ScriptedMachine(installation, seeds);
  await one.report();
  return { one, id: await one.deviceId(api) };
}

async function groupOf(name: string, ...deviceIds: string[]): Promise<string> {
  const body = { name, description: 'For a journey', kind: 'static', deviceIds };
  return (await api.post<{ id: string }>('/api/v1/groups', body)).id;
}

const hoursOf = async (one: ScriptedMachine): Promise<string | null> =>
  xmlText((await one.prolog()).xml, 'PROLOG_FREQ');

interface Effective {
  readonly key: string;
  readonly value: unknown;
  readonly origin: string;
  readonly group: { readonly name: string } | null;
}

async function effective(id: string, key: string): Promise<Effective | undefined> {
  const { items } = await api.get<{ items: Effective[] }>(`/api/v1/devices/${id}/settings`);
  return items.find((setting) => setting.key === key);
}

describe('a setting', () => {
  it('is of the device, else of its group, else of all, and each change is in the next PROLOG', async () => {
    const { one, id } = await reported();
    const groupId = await groupOf('Night shift', id);
    const [ofDevice, ofGroup] = [
      `/api/v1/devices/${id}/settings/PROLOG_FREQ`,
      `/api/v1/groups/${groupId}/settings/PROLOG_FREQ`,
    ];
    expect(await hoursOf(one)).toBe('24');
    expect(await effective(id, 'PROLOG_FREQ')).toMatchObject({ value: 24, origin: 'default' });
    await api.set('PROLOG_FREQ', 12);
    expect(await hoursOf(one)).toBe('12');
    await api.put(ofGroup, { value: 3 });
    expect(await hoursOf(one)).toBe('3');
    expect(await effective(id, 'PROLOG_FREQ')).toMatchObject({
      value: 3,
      origin: 'group',
      group: { name: 'Night shift' },
    });
    await api.put(ofDevice, { value: 30 });
    expect(await hoursOf(one)).toBe('30');
    expect(await effective(id, 'PROLOG_FREQ')).toMatchObject({ value: 30, origin: 'device' });

    await api.ask('DELETE', ofDevice);
    expect(await hoursOf(one)).toBe('3');
    await api.ask('DELETE', `/api/v1/groups/${groupId}/members`, { deviceIds: [id] });
    expect(await hoursOf(one)).toBe('12');
    await api.ask('DELETE', '/api/v1/settings/PROLOG_FREQ');
    expect(await hoursOf(one)).toBe('24');
  });

  it('says who is never to be asked for an inventory, whatever holds for the others', async () => {
    const [never, daily] = [await reported(), await reported()];
    await api.put(`/api/v1/devices/${never.id}/settings/FREQUENCY`, { value: -1 });
    await api.put(`/api/v1/devices/${daily.id}/settings/FREQUENCY`, { value: 1 });
    const refused = await never.one.prolog();
    expect([refused.response, refused.xml.includes('<OPTION>')]).toEqual(['STOP', false]);
    const later = await daily.one.prolog();
    expect([later.response, later.xml.includes('<OPTION>')]).toEqual(['STOP', true]);
    await api.put(`/api/v1/devices/${daily.id}/settings/FREQUENCY`, { value: 0 });
    expect((await daily.one.prolog()).response).toBe('SEND');
  });

  it('of the downloader is the slowest of all groups', async () => {
    const { one, id } = await reported();
    const slow = await groupOf('Slow line', id);
    const quick = await groupOf('Quick line', id);
    await api.put(`/api/v1/groups/${slow}/settings/DOWNLOAD_FRAG_LATENCY`, { value: 77 });
    await api.put(`/api/v1/groups/${quick}/settings/DOWNLOAD_FRAG_LATENCY`, { value: 5 });
    const configuration = xmlAttributes((await one.prolog()).xml, 'PARAM').find(
      (param) => param['TYPE'] === 'CONF',
    );
    expect(configuration).toMatchObject({ FRAG_LATENCY: '77' });
  });

  it('asks Windows machines for registry values', async () => {
    const { one } = await reported();
    await api.post('/api/v1/registry-queries', {
      label: 'Office channel',
      tree: 2,
      key: 'SOFTWARE\\Microsoft\\Office',
      value: 'Channel & co',
    });
    const { xml } = await one.prolog();
    expect(xml).toContain('<NAME>REGISTRY</NAME>');
    expect(xml).toContain('Channel &amp; co');
  });
});
