import { EventBus } from '@entrepot/platform-messaging';
import { deviceIdFor, httpRequest, inventoryXml, waitFor } from '@entrepot/testing';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { DataSource } from 'typeorm';
import { beforeAll, describe, expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const { agent, api, findDevice } = program;
const database = (): DataSource => program.app().get(DataSource, { strict: false });
const remove = async (name: string): Promise<number> => {
  const { status } = await httpRequest(`${program.base()}/api/v1/account-fields/${name}`, {
    method: 'DELETE',
    headers: { Authorization: 'Bearer t' },
  });
  return status;
};

beforeAll(async () => {
  const app = program.app();
  app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(EventBus, { strict: false }) });
  await app.startAllMicroservices();
});

describe('a deleted account field', () => {
  it('leaves the devices and stays in their history; then its name is free again', async () => {
    await api('POST', '/account-fields', { name: 'GONE' });
    const ids: string[] = [];
    for (const seed of [41, 42]) {
      await agent(deviceIdFor(seed)).inventory(inventoryXml({ seed }));
      ids.push((await findDevice(deviceIdFor(seed))).id);
    }
    await api('PUT', '/account-fields/values', { deviceIds: ids, values: { GONE: 'x' } });
    expect(await remove('GONE')).toBe(204);
    expect(await remove('GONE')).toBe(404);
    const [id = ''] = ids;
    expect((await api('GET', '/account-fields')).json).toMatchObject({ total: 1 });
    expect((await api('GET', `/devices/${id}`)).json).toMatchObject({ accountFields: { TAG: 'NA' } });
    await waitFor(async () => (await api('POST', '/account-fields', { name: 'gone' })).status === 201, {
      what: 'the name to be free',
    });
    const stored: { fields: object }[] = await database().query(
      'SELECT account_fields AS fields FROM device',
    );
    expect(stored).toEqual(ids.map(() => ({ fields: { TAG: 'NA' } })));
    const { json } = await api('GET', `/devices/${id}/account-fields/history`);
    expect(json).toMatchObject({
      items: [
        { field: 'GONE', before: 'x', after: '', source: 'api', by: null },
        { field: 'GONE', before: '', after: 'x', source: 'api', by: 'admin' },
      ],
    });
  });

  it('is never TAG', async () => {
    expect((await api('DELETE', '/account-fields/TAG')).json).toMatchObject({
      ...{ status: 409, code: 'INVENTORY_ACCOUNT_FIELD_REQUIRED' },
    });
  });
});
