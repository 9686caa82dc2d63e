import { useDatabase } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActivationTrial } from '../activation-trial.spec-support.js';

const used = useDatabase();
let trial: ActivationTrial;
beforeAll(async () => {
  trial = await ActivationTrial.start(used.url());
});
afterAll(() => trial?.app.close());

let device = '';
beforeEach(() => {
  device = uuidv7();
});

const held = async (): Promise<Record<string, string | null>> => {
  const { items } = (await trial.call('GET', `assignments?deviceId=${device}`)).body;
  return Object.fromEntries(
    items.map((item: { fileId: string; delivery: { held: string | null } }) => [
      item.fileId,
      item.delivery.held,
    ]),
  );
};
const query = (sql: string, ...parameters: unknown[]): Promise<unknown> =>
  trial.app.get(DataSource).query(sql, parameters);

describe('packages in an order', () => {
  it('come one after the success of the other', async () => {
    const all = [await trial.activated(), await trial.activated(0), await trial.activated(0)];
    const [first, second, third] = all.map(({ fileId }) => fileId);
    const activationIds = all.map(({ activationId }) => activationId);
    const { body } = await trial.call('POST', 'assignments', {
      activationIds,
      deviceIds: [device],
      inOrder: true,
    });
    expect(body).toMatchObject({ total: 3, items: activationIds.map((activationId) => ({ activationId })) });
    expect(await trial.prolog(device)).toEqual([first]);
    expect(await held()).toEqual({ [first ?? '']: null, [second ?? '']: 'order', [third ?? '']: 'order' });
    await trial.report(device, first ?? '', 'ERR_EXECUTE');
    expect(await trial.prolog(device)).toEqual([]);
    expect((await held())[second ?? '']).toBe('order-failed');
    await trial.report(device, first ?? '', 'SUCCESS');
    expect(await trial.prolog(device)).toEqual([second]);
    expect((await held())[second ?? '']).toBeNull();
    await trial.report(device, second ?? '', 'SUCCESS');
    expect(await trial.prolog(device)).toEqual([third]);
  });

  it('go on where the agent has the first one already, in the same reply', async () => {
    const [first, second] = [await trial.activated(), await trial.activated()];
    const activationIds = [first.activationId, second.activationId];
    await trial.call('POST', 'assignments', { activationIds, deviceIds: [device], inOrder: true });
    expect(await trial.prolog(device, [first.fileId])).toEqual([second.fileId]);
  });

  it('of the same name cannot come after themselves', async () => {
    const { activationId, packageId } = await trial.activated();
    const { body } = await trial.call('POST', 'activations', {
      packageId,
      infoLocation: 'there/x',
      force: true,
    });
    const activationIds = [activationId, body.id];
    expect(
      await trial.call('POST', 'assignments', { activationIds, deviceIds: [device], inOrder: true }),
    ).toMatchObject({ status: 400, body: { code: 'ACTIVATION_ORDER_INVALID' } });
    expect(await trial.deliveries(device)).toEqual([]);
  });
});

describe('what waits', () => {
  it('is not told outside the maintenance windows, and what was told stays on offer', async () => {
    const told = await trial.activated();
    const waits = await trial.activated();
    await trial.assign(told.activationId, [device]);
    await trial.prolog(device);
    await trial.assign(waits.activationId, [device]);
    expect(await trial.prolog(device, [], [], false)).toEqual([told.fileId]);
    expect(await held()).toEqual({ [told.fileId]: null, [waits.fileId]: 'window' });
    expect(await trial.prolog(device)).toEqual([told.fileId, waits.fileId]);
    expect(await held()).toEqual({ [told.fileId]: null, [waits.fileId]: null });
  });

  it('is not told while stored bytes of the package are damaged', async () => {
    const { activationId, packageId, fileId } = await trial.activated();
    const told = uuidv7();
    await trial.assign(activationId, [device, told]);
    await trial.prolog(told);
    await query('UPDATE package SET damaged_at = now() WHERE package_id = $1', packageId);
    expect([await trial.prolog(device), await trial.prolog(told)]).toEqual([[], [fileId]]);
    expect(await held()).toEqual({ [fileId]: 'damaged' });
    await query('UPDATE package SET damaged_at = NULL WHERE package_id = $1', packageId);
    expect(await trial.prolog(device)).toEqual([fileId]);
  });

  it('is not offered once it is put away', async () => {
    const { activationId } = await trial.activated();
    await trial.assign(activationId, [device]);
    await query('UPDATE delivery SET archive_id = $1 WHERE device_id = $2', uuidv7(), device);
    expect(await trial.prolog(device)).toEqual([]);
  });

  it('does not keep others from their turn, however much there is of it', async () => {
    const [first, second] = [await trial.activated(), await trial.activated(0)];
    const activationIds = [first.activationId, second.activationId];
    await trial.call('POST', 'assignments', { activationIds, deviceIds: [device], inOrder: true });
    // A backlog of the same kind: as many copies of the attempt that has to wait.
    await query(
      `INSERT INTO delivery (delivery_id, assignment_id, package_id, device_id, attempt, force, assigned_by, state, created_at)
       SELECT gen_random_uuid(), assignment_id, package_id, device_id, n, force, assigned_by, state, created_at
       FROM delivery, generate_series(2, 400) n WHERE device_id = $1 AND package_id = $2`,
      device,
      second.packageId,
    );
    expect(await trial.prolog(device)).toEqual([first.fileId]);
  });
});

describe('the info location that a device is told of', () => {
  const told = async (location: object): Promise<string> => {
    const { packageId } = await trial.built();
    const { body } = await trial.call('POST', 'activations', { packageId, ...location, force: true });
    await trial.assign(body.id, [device]);
    const [offer] = await trial.offers(device);
    return (offer?.infoLocation ?? '').replace(body.id, '<activation>');
  };

  it('has a ticket of the attempt on this server', async () => {
    const first = await told({});
    expect(first).toMatch(/^here:8443\/download\/i\/[\w-]{22}$/);
    device = uuidv7();
    expect(await told({})).not.toBe(first);
  });

  it('names the activation, too, when its fragments are elsewhere', async () => {
    const location = await told({ fragmentLocation: 'cache.lyon/download' });
    expect(location).toMatch(/^here:8443\/download\/i\/[\w-]{22}\.<activation>$/);
  });

  it('is as it was given when it is not on this server', async () => {
    expect(await told({ infoLocation: 'there/download' })).toBe('there/download');
  });
});
