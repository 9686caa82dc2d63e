import { packageBuilt, packageDeleted, type EventOf } from '@entrepot/contracts';
import { deviceIdFor, inventoryXml } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';
import { KeepPackageNamesConsumer } from './keep-package-names.consumer.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const { agent, api, findDevice } = program;
const sql = <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
  program.app().get(DataSource, { strict: false }).query(text, values);
const consumer = (): KeepPackageNamesConsumer =>
  program.app().get(KeepPackageNamesConsumer, { strict: false });
const AT = '2026-11-21T10:00:00.000Z';

interface Listed {
  readonly items: Record<string, unknown>[];
  readonly total: number;
  readonly next: string | null;
}
const installed = async (id: string, query = ''): Promise<Listed> =>
  (await api('GET', `/devices/${id}/installed-packages${query}`)).json;

function built(fileId: string, name: string, version: number): EventOf<typeof packageBuilt> {
  return {
    ...{ packageId: uuidv7(), fileId, at: AT, name, version, protocol: 'HTTP', operatingSystem: 'linux' },
    ...{ priority: 5, fragments: 1, size: 1, md5: 'x', sha256: 'x', files: null },
  };
}
function deleted({
  packageId,
  fileId,
  name,
  version,
}: EventOf<typeof packageBuilt>): EventOf<typeof packageDeleted> {
  return { packageId, fileId, name, version, at: AT, immediately: false };
}

async function newDevice(seed: number, history: readonly string[]): Promise<string> {
  await agent(deviceIdFor(seed)).inventory(inventoryXml({ seed }));
  const { id } = await findDevice(deviceIdFor(seed));
  await sql('DELETE FROM download_history WHERE device_id = $1', [id]);
  await sql('INSERT INTO download_history (device_id, file_ids) VALUES ($1, $2)', [id, history]);
  return id;
}

async function deliver(device: string, fileId: string, state: string, at = AT): Promise<void> {
  await sql(
    `INSERT INTO device_delivery (device_id, assignment_id, package_id, file_id, attempt, state, code, changed_at, delivery_id)
     VALUES ($1, gen_random_uuid(), gen_random_uuid(), $2, 2, $3, 'SUCCESS', $4, gen_random_uuid())`,
    [device, fileId, state, at],
  );
}

describe('the packages that a device has', () => {
  it('are those of its agent and those delivered with success, with their names for ever', async () => {
    const [tool, old, reboot] = [
      built('1700000001', 'tool', 3),
      built('1700000002', 'old', 1),
      built('1700000003', 'reboot', 1),
    ];
    for (const event of [tool, old, reboot]) await consumer().built(event);
    await consumer().deleted(deleted(old));
    await consumer().built(old);
    const id = await newDevice(800, ['1700000001', '1700000002', '1600000000']);
    await deliver(id, '1700000001', 'failed', '2026-11-20T10:00:00.000Z');
    await deliver(id, '1700000001', 'succeeded');
    await deliver(id, '1700000003', 'succeeded');
    await deliver(id, '1700000004', 'failed');
    const { items, total, next } = await installed(id);
    expect([total, next]).toEqual([4, null]);
    const delivery = {
      assignmentId: expect.any(String) as unknown,
      attempt: 2,
      state: 'succeeded',
      code: 'SUCCESS',
      at: AT,
    };
    const named = ({ packageId, name, version }: typeof tool, deletedAt: string | null): object => ({
      ...{ id: packageId, name, version, deletedAt },
    });
    expect(items).toEqual([
      { fileId: '1700000003', package: named(reboot, null), inHistory: false, delivery },
      { fileId: '1700000002', package: named(old, AT), inHistory: true, delivery: null },
      { fileId: '1700000001', package: named(tool, null), inHistory: true, delivery },
      { fileId: '1600000000', package: null, inHistory: true, delivery: null },
    ]);
  });

  it('are known by name even if the deletion is heard of first', async () => {
    const late = built('1700000009', 'late', 2);
    await consumer().deleted(deleted(late));
    await consumer().built(late);
    const id = await newDevice(801, ['1700000009']);
    expect((await installed(id)).items).toMatchObject([
      { package: { name: 'late', version: 2, deletedAt: AT } },
    ]);
  });

  it('are listed page by page', async () => {
    const id = await newDevice(802, ['1700000011', '1700000013', '1700000012']);
    const first = await installed(id, '?limit=2');
    expect(first.items.map(({ fileId }) => fileId)).toEqual(['1700000013', '1700000012']);
    const second = await installed(id, `?limit=2&cursor=${first.next ?? ''}`);
    expect([second.items.map(({ fileId }) => fileId), second.total, second.next]).toEqual([
      ['1700000011'],
      3,
      null,
    ]);
    expect((await api('GET', `/devices/${id}/installed-packages?cursor=x`)).status).toBe(400);
  });

  it('are none of a device that nobody knows', async () => {
    expect(await installed(uuidv7())).toMatchObject({ status: 404, code: 'INVENTORY_DEVICE_NOT_FOUND' });
  });
});

describe('the deliveries of a device', () => {
  it('name the package and its version', async () => {
    await consumer().built(built('1700000021', 'named', 4));
    const id = await newDevice(803, []);
    await deliver(id, '1700000021', 'succeeded');
    await deliver(id, '1700000022', 'failed', '2026-11-20T10:00:00.000Z');
    expect((await api('GET', `/devices/${id}/deliveries`)).json).toMatchObject({
      items: [
        { fileId: '1700000021', packageName: 'named', packageVersion: 4 },
        { fileId: '1700000022', packageName: null, packageVersion: null },
      ],
    });
  });
});
