import { deviceRegistered, evaluateDevicesJob, inventoryAccepted } from '@entrepot/contracts';
import { deviceIdFor, inventoryXml } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const { agent, api, findDevice } = program;

interface Published {
  readonly subject: string;
  readonly payload: { readonly changedSections?: readonly string[]; readonly changes?: readonly unknown[] };
}

function published(): Promise<Published[]> {
  return program
    .app()
    .get(DataSource, { strict: false })
    .query('SELECT subject, payload FROM outbox ORDER BY id');
}

describe('NOTIFY of new addresses', () => {
  it('changes the interface of the same MAC and the device’s address, and is published once', async () => {
    const device = agent(deviceIdFor(40), 'unix');
    await device.inventory(inventoryXml({ seed: 40 }));
    const { id } = await findDevice(device.deviceId);
    const networks = async (): Promise<Record<string, unknown>[]> =>
      ((await api('GET', `/devices/${id}/sections/NETWORKS`)).json as { items: Record<string, unknown>[] })
        .items;
    const [before, ...others] = await networks();
    const moved = [{ ip: '192.0.2.77', mask: '255.255.255.0', mac: String(before?.MACADDR).toLowerCase() }];
    for (let i = 0; i < 2; i += 1) {
      const reply = await device.notify(moved);
      expect([reply.status, reply.body.length]).toEqual([200, 0]);
    }
    expect(await networks()).toEqual([
      { ...before, IPADDRESS: '192.0.2.77', IPMASK: '255.255.255.0' },
      ...others,
    ]);
    expect((await api('GET', `/devices/${id}`)).json).toMatchObject({ ipAddress: '192.0.2.77' });
    const events = await published();
    expect(events.map(({ subject }) => subject)).toEqual([
      deviceRegistered.subject,
      inventoryAccepted.subject,
      inventoryAccepted.subject,
      evaluateDevicesJob.subject,
    ]);
    const notified = events.findLast(({ subject }) => subject === inventoryAccepted.subject);
    expect(notified?.payload.changedSections).toEqual(['NETWORKS']);
    const change = { added: [{ IPADDRESS: '192.0.2.77' }], removed: [{ IPADDRESS: before?.IPADDRESS }] };
    expect(notified?.payload.changes).toMatchObject([change]);
    const kept: unknown = await program
      .app()
      .get(DataSource, { strict: false })
      .query(`SELECT section, added, removed FROM section_change WHERE device_id = $1`, [id]);
    expect(kept).toMatchObject([{ section: 'NETWORKS', ...change }]);
  });

  it('is answered with 200 and dropped when the device or its TYPE is unknown', async () => {
    const before = await published();
    const moved = [{ ip: '192.0.2.78', mask: '255.255.255.0', mac: '02:fc:00:00:00:01' }];
    expect((await agent('nobody-2026-01-01-00-00-00').notify(moved)).status).toBe(200);
    const other = `<REQUEST><DEVICEID>${deviceIdFor(40)}</DEVICEID><QUERY>NOTIFY</QUERY><TYPE>OTHER</TYPE></REQUEST>`;
    expect((await agent(deviceIdFor(40)).send(other)).status).toBe(200);
    expect(await published()).toEqual(before);
  });
});
