import { Agent } from 'node:http';
import { EventBus } from '@entrepot/platform-messaging';
import { deviceIdFor, inventoryXml, waitFor, ScriptedAgent, type AgentReply } from '@entrepot/testing';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { DataSource } from 'typeorm';
import { beforeAll, describe, expect, it } from 'vitest';
import { ContactBook } from '../agents/contact-book.js';
import { useInventoryProgram } from '../inventory-program.spec-support.js';
import { ElectAgents } from './elect-agents.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const { agent, api, findDevice } = program;

beforeAll(async () => {
  const app = program.app();
  app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(EventBus, { strict: false }) });
  await app.startAllMicroservices();
});

function sql<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  return program.app().get(DataSource, { strict: false }).query(text, values);
}

interface Station {
  readonly id: string;
  readonly caller: ScriptedAgent;
  readonly mac: string;
  send(extra?: string): Promise<AgentReply>;
}

/** A device on 10.<network>.0.0/24 that calls from there. */
async function station(seed: number, network: number): Promise<Station> {
  const caller = agent(deviceIdFor(seed));
  const mac = `00:16:3E:00:${String(network).padStart(2, '0')}:${String(seed % 100).padStart(2, '0')}`;
  const ip = `10.${network}.0.${seed % 100}`;
  const send = (extra = ''): Promise<AgentReply> =>
    caller.inventory(
      inventoryXml({
        seed,
        without: ['NETWORKS', 'HARDWARE'],
        extra:
          `<HARDWARE><NAME>station-${seed}</NAME><IPADDR>${ip}</IPADDR><OSNAME>Linux</OSNAME></HARDWARE>` +
          `<NETWORKS><IPADDRESS>${ip}</IPADDRESS><IPMASK>255.255.255.0</IPMASK><MACADDR>${mac}</MACADDR></NETWORKS>` +
          extra,
      }),
    );
  expect((await send()).status).toBe(200);
  const { id } = await findDevice(caller.deviceId);
  await waitFor(
    async () => (await sql('SELECT FROM network_member WHERE device_id = $1', [id])).length === 1,
  );
  return { id, caller, mac, send };
}

const elect = (): Promise<void> => program.app().get(ElectAgents, { strict: false }).execute();

async function elected(...stations: Station[]): Promise<boolean[]> {
  const replies = await Promise.all(stations.map(({ caller }) => caller.prolog()));
  return replies.map(({ xml }) => xml.includes('<NAME>IPDISCOVER</NAME>'));
}

/** Makes devices such that have called often enough: a number of days between two calls. */
async function calledEvery(days: number, { id }: Station): Promise<void> {
  await sql('UPDATE device_contact SET fidelity = 10, quality = $2 WHERE device_id = $1', [id, days]);
}

describe('those elected to look for neighbours', () => {
  let stations: Station[] = [];
  beforeAll(async () => {
    stations = await Promise.all([11, 12, 13].map((seed) => station(seed, 1)));
  });

  it('are as many of each subnet as IPDISCOVER says, when they have called three times', async () => {
    await elect();
    expect(await elected(...stations)).toEqual([false, false, false]);
    for (const [index, one] of stations.entries()) await calledEvery(3 - index, one);
    await elect();
    expect(await elected(...stations)).toEqual([false, true, true]);
    await api('PUT', '/settings/IPDISCOVER', { value: 1 });
    await elect();
    expect(await elected(...stations)).toEqual([false, false, true]);
    await api('PUT', '/settings/IPDISCOVER', { value: 0 });
    expect(await elected(...stations)).toEqual([false, false, false]);
    await api('PUT', '/settings/IPDISCOVER', { value: 1 });
  });

  it('are told how, send an inventory each time, and are hung up on', async () => {
    await api('PUT', '/settings/FREQUENCY', { value: 7 });
    await api('PUT', `/devices/${stations[2]?.id}/settings/SCAN_TYPE_IPDISCOVER`, { value: 'NMAP' });
    const connections = new Agent({ keepAlive: true });
    const call = ({ caller }: Station): Promise<AgentReply> =>
      new ScriptedAgent({
        server: `${program.base()}/ocsinventory`,
        deviceId: caller.deviceId,
        connections,
      }).prolog();
    const reply = await call(stations[2]!);
    expect([reply.response, reply.headers.connection]).toEqual(['SEND', 'close']);
    expect(reply.xml).toContain(
      '<PARAM IPDISC_LAT="100" SCAN_TYPE_IPDISCOVER="NMAP" SCAN_ARP_BANDWIDTH="256">10.1.0.0</PARAM>',
    );
    const other = await call(stations[0]!);
    expect([other.response, other.headers.connection]).toEqual(['STOP', 'keep-alive']);
    connections.destroy();
    expect((await api('GET', `/devices/${stations[2]?.id}/contact-plan`)).json).toMatchObject({
      nextInventory: 'at-next-contact',
      reason: { en: expect.stringContaining('neighbours') as unknown },
    });
    await api('DELETE', '/settings/FREQUENCY');
  });

  it('give way to one that calls much more often, to one who is forced, and when they are not to do it', async () => {
    await calledEvery(0.5, stations[0]!);
    await elect();
    expect(await elected(...stations)).toEqual([false, false, true]);
    await api('PUT', '/settings/IPDISCOVER_BETTER_THRESHOLD', { value: 0 });
    await elect();
    expect(await elected(...stations)).toEqual([true, false, false]);
    await api('PUT', `/devices/${stations[1]?.id}/settings/IPDISCOVER_ROLE`, { value: 'forced' });
    expect(await elected(...stations)).toEqual([true, true, false]);
    await elect();
    expect(await elected(...stations)).toEqual([false, true, false]);
    await api('PUT', `/devices/${stations[1]?.id}/settings/IPDISCOVER_ROLE`, { value: 'never' });
    await elect();
    expect(await elected(...stations)).toEqual([true, false, false]);
    await api('DELETE', `/devices/${stations[1]?.id}/settings/IPDISCOVER_ROLE`);
  });

  it('are replaced when they have not called for long, or moved to another subnet', async () => {
    await program.app().get(ContactBook, { strict: false }).flush();
    await sql(`UPDATE device_contact SET last_contact_at = now() - interval '8 days' WHERE device_id = $1`, [
      stations[0]?.id,
    ]);
    await elect();
    expect(await elected(stations[1]!, stations[2]!)).toEqual([false, true]);
    await stations[2]!.caller.notify([{ ip: '10.77.0.5', mask: '255.255.255.0', mac: stations[2]!.mac }]);
    await waitFor(
      async () =>
        (
          await sql<{ subnet: string }>('SELECT subnet FROM network_member WHERE device_id = $1', [
            stations[2]?.id,
          ])
        )[0]?.subnet === '10.77.0.0',
    );
    await elect();
    expect(await elected(stations[1]!)).toEqual([true]);
  });

  it('are elected at once on a new subnet when nothing is to be waited for', async () => {
    await api('PUT', '/settings/IPDISCOVER_NO_POSTPONE', { value: true });
    const [first, second] = [await station(21, 2), await station(22, 2)];
    await waitFor(async () => (await elected(first))[0] === true);
    expect(await elected(second)).toEqual([false]);
    await api('DELETE', '/settings/IPDISCOVER_NO_POSTPONE');
  });
});

describe('what agents find', () => {
  const host = (ip: string, mac: string, name: string): string =>
    `<H><I>${ip}</I><M>${mac}</M><N>${name}</N></H>`;
  const hosts = async (query = ''): Promise<unknown[]> =>
    ((await api('GET', `/networks/10.3.0.0/hosts${query}`)).json as { items: unknown[] }).items;

  it('is listed by subnet: what is inventoried, what somebody has identified, and what nobody knows', async () => {
    const finder = await station(31, 3);
    const neighbour = await station(32, 3);
    await finder.send(
      `<IPDISCOVER>${host('10.3.0.32', neighbour.mac.toLowerCase(), 'pc')}${host('10.3.0.9', '00:80:77:00:00:01', '-')}` +
        `${host('10.3.0.10', '00:80:77:00:00:02', 'switch')}</IPDISCOVER>`,
    );
    await waitFor(async () => (await hosts()).length === 3);
    expect(await hosts()).toMatchObject([
      { mac: neighbour.mac, status: 'inventoried', device: { id: neighbour.id }, foundBy: { id: finder.id } },
      {
        mac: '00:80:77:00:00:01',
        ip: '10.3.0.9',
        name: '',
        status: 'unknown',
        device: null,
        subnet: '10.3.0.0',
      },
      { mac: '00:80:77:00:00:02', name: 'switch', status: 'unknown' },
    ]);
    const identified = await api('PUT', '/networks/hosts/00-80-77-00-00-01/identification', {
      kind: 'printer',
    });
    expect([identified.status, identified.json]).toMatchObject([
      200,
      { status: 'identified', kind: 'printer' },
    ]);
    const { items } = (await api('GET', '/networks?limit=500')).json as { items: { subnet: string }[] };
    expect(items.find(({ subnet }) => subnet === '10.3.0.0')).toMatchObject({
      inventoried: 2,
      identified: 1,
      unknown: 1,
      agents: [],
    });
    expect(await hosts('?status=unknown')).toMatchObject([{ mac: '00:80:77:00:00:02' }]);
    const first = (await api('GET', '/networks/10.3.0.0/hosts?limit=2')).json as {
      next: string;
      total: number;
    };
    expect([first.total, await hosts(`?limit=2&cursor=${first.next}`)]).toMatchObject([
      3,
      [{ mac: '00:80:77:00:00:02' }],
    ]);
    await api('DELETE', '/networks/hosts/00:80:77:00:00:01/identification');
    expect((await hosts('?status=unknown')).length).toBe(2);
    expect((await api('DELETE', '/networks/hosts/00:80:77:00:00:09/identification')).json).toMatchObject({
      code: 'INVENTORY_HOST_NOT_FOUND',
    });
  });

  it('was last seen by whoever scanned last, also when nothing has changed, and no longer by who lost sight', async () => {
    const finder = await station(33, 3);
    const seen = `<IPDISCOVER>${host('10.3.0.9', '00:80:77:00:00:01', 'lp')}</IPDISCOVER>`;
    await finder.send(seen);
    const printer = async (): Promise<unknown> => (await hosts())[1];
    await waitFor(async () => JSON.stringify(await printer()).includes(finder.id));
    await sql(`UPDATE netmap SET last_seen_at = now() - interval '9 days'`);
    await api('PUT', `/devices/${finder.id}/settings/IPDISCOVER_ROLE`, { value: 'forced' });
    await finder.send(seen);
    await elect();
    expect(await printer()).toMatchObject({ name: 'lp', foundBy: { id: finder.id } });
    const [{ age = 0 } = {}] = await sql<{ age: number }>(
      `SELECT extract(epoch FROM now() - last_seen_at)::float8 AS age FROM netmap WHERE mac = '00:80:77:00:00:01'`,
    );
    expect(age).toBeLessThan(3_600);
    await finder.send(`<IPDISCOVER>${host('10.3.0.10', '00:80:77:00:00:02', 'switch')}</IPDISCOVER>`);
    await waitFor(async () => JSON.stringify(await printer()).includes('"foundBy":null'));
  });
});
