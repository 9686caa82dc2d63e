import { changeRecorded, deliveryChanged, packageActivated } from '@entrepot/contracts';
import type { DeviceId } from '@entrepot/kernel';
import { useDatabase } from '@entrepot/testing';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActivationTrial } from './activation-trial.spec-support.js';

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

describe('activations', () => {
  it('refuse a package that is not built, and the same place twice', async () => {
    const packageId = uuidv7();
    expect(await trial.call('POST', 'activations', { packageId })).toMatchObject({
      status: 409,
      body: { code: 'ACTIVATION_PACKAGE_NOT_BUILT' },
    });
    const first = await trial.activated();
    expect(await trial.call('POST', 'activations', { packageId: first.packageId })).toMatchObject({
      status: 409,
      body: { code: 'ACTIVATION_ALREADY_EXISTS', activationId: expect.any(String) },
    });
    const elsewhere = { packageId: first.packageId, fragmentLocation: 'cache.lyon/download', force: true };
    expect((await trial.call('POST', 'activations', elsewhere)).body).toMatchObject({
      infoLocation: 'here:8443/download',
      fragmentLocation: 'cache.lyon/download',
    });
    expect((await trial.call('GET', `activations?packageId=${first.packageId}`)).body).toMatchObject({
      total: 2,
    });
    const told = await trial.published(packageActivated);
    expect(told.filter((event) => event.packageId === first.packageId)).toHaveLength(2);
  });

  it('refuse a location that agents cannot use, naming the field', async () => {
    const { packageId } = await trial.activated();
    expect(
      await trial.call('POST', 'activations', { packageId, infoLocation: 'https://here/download' }),
    ).toMatchObject({
      status: 400,
      body: { field: 'infoLocation' },
    });
  });

  it('take back what waits and name who was told already', async () => {
    const { activationId, fileId } = await trial.activated();
    const other = uuidv7();
    await trial.assign(activationId, [device, other]);
    await trial.prolog(device);
    expect(await trial.call('DELETE', `activations/${activationId}`)).toMatchObject({
      status: 200,
      body: { withdrawn: 1, alreadyNotified: { total: 1, items: [{ deviceId: device }] } },
    });
    expect([await trial.prolog(device), await trial.prolog(other)]).toEqual([[], []]);
    expect(await trial.call('GET', `activations/${activationId}`)).toMatchObject({ status: 404 });
    expect((await trial.assign(activationId, [device])).body.code).toBe('ACTIVATION_NOT_FOUND');
    await trial.report(device, fileId, 'SUCCESS');
    expect(await trial.deliveries(device)).toMatchObject([{ state: 'succeeded' }]);
  });
});

describe('the way of a package', () => {
  it('is assigned, offered at every PROLOG, reported and counted', async () => {
    const { activationId, packageId, fileId } = await trial.activated();
    const options = { schedule: '2030/01/31 08:00', postCommand: 'REBOOT' };
    const assigned = await trial.assign(activationId, [device, device], options);
    expect(assigned).toMatchObject({
      status: 201,
      body: { items: [{ deviceId: device, attempt: 1 }], total: 1 },
    });
    expect(
      (
        await trial.rpc.packagesForDevice({
          deviceId: device as DeviceId,
          history: [],
          results: [],
          mayStart: true,
        })
      ).packages,
    ).toEqual([
      {
        fileId,
        infoLocation: expect.stringMatching(/^here:8443\/download\/i\/[\w-]{22}$/),
        packLocation: 'here:8080/download',
        force: false,
        ...options,
      },
    ]);
    expect(await trial.prolog(device)).toEqual([fileId]);
    await trial.report(device, fileId, 'SUCCESS_');
    expect(await trial.prolog(device)).toEqual([]);
    const { deliveryId } = assigned.body.items[0];
    expect((await trial.call('GET', `deliveries/${deliveryId}`)).body).toMatchObject({
      state: 'succeeded',
      code: 'SUCCESS',
      deviceName: `pc-${device.slice(-4)}`,
      assignedBy: 'ada',
      reports: [{ code: 'SUCCESS_' }],
    });
    expect((await trial.call('GET', `packages/${packageId}/statistics`)).body).toMatchObject({
      counts: { waiting: 0, notified: 0, succeeded: 1, failed: 0 },
      total: 1,
    });
    const events = await trial.published(deliveryChanged);
    const states = events.filter((event) => event.deviceId === device).map((event) => event.state);
    expect(states).toEqual(['waiting', 'notified', 'succeeded']);
    const audit = await trial.published(changeRecorded);
    const actions = audit
      .filter((change) => change.subjectId === activationId)
      .map((change) => change.action);
    expect(actions).toEqual(['activation.create', 'assignment.create']);
  });

  it('assigns nothing when one device is unknown, and names it', async () => {
    const { activationId } = await trial.activated();
    const unknown = `f${uuidv7().slice(1)}`;
    expect(await trial.assign(activationId, [device, unknown])).toMatchObject({
      status: 400,
      body: { code: 'ACTIVATION_DEVICE_UNKNOWN', detail: expect.stringContaining(unknown) },
    });
    expect(await trial.deliveries(device)).toEqual([]);
  });

  it('stays on offer after ERR_DOWNLOAD_INFO and ends with a failure that is shown', async () => {
    const { activationId, packageId, fileId } = await trial.activated();
    await trial.assign(activationId, [device]);
    await trial.prolog(device);
    await trial.report(device, fileId, 'ERR_DOWNLOAD_INFO');
    expect(await trial.prolog(device)).toEqual([fileId]);
    await trial.report(device, fileId, 'ERR_BAD_DIGEST');
    expect(await trial.prolog(device)).toEqual([]);
    expect(await trial.deliveries(device)).toMatchObject([
      { state: 'failed', retries: 1, reports: [{ code: 'ERR_DOWNLOAD_INFO' }, { code: 'ERR_BAD_DIGEST' }] },
    ]);
    expect((await trial.call('GET', `packages/${packageId}/statistics`)).body).toMatchObject({
      failuresByCode: [{ code: 'ERR_BAD_DIGEST', count: 1 }],
      lastReportAt: expect.any(String),
    });
  });

  it('ends without an offer when the history lists it, unless it is forced', async () => {
    const { activationId, fileId } = await trial.activated();
    await trial.assign(activationId, [device]);
    expect(await trial.prolog(device, [fileId])).toEqual([]);
    expect(await trial.deliveries(device)).toMatchObject([
      { state: 'succeeded', code: 'SUCCESS_ALREADY_IN_HISTORY' },
    ]);
    await trial.assign(activationId, [device], { force: true });
    expect(await trial.prolog(device, [fileId])).toEqual([fileId]);
    await trial.report(device, fileId, 'SUCCESS');
    expect(await trial.prolog(device, [fileId])).toEqual([]);
  });

  it('starts a new attempt when it is assigned again, and late reports go to the attempt that was told', async () => {
    const { activationId, packageId, fileId } = await trial.activated();
    await trial.assign(activationId, [device]);
    await trial.prolog(device);
    const again = await trial.assign(activationId, [device]);
    expect(again.body.items[0].attempt).toBe(2);
    await trial.report(device, fileId, 'ERR_EXECUTE');
    expect(await trial.deliveries(device)).toMatchObject([
      { attempt: 2, state: 'waiting', reports: [] },
      { attempt: 1, state: 'superseded', reports: [{ code: 'ERR_EXECUTE' }] },
    ]);
    expect(await trial.prolog(device)).toEqual([fileId]);
    await trial.report(device, fileId, 'SUCCESS');
    await trial.report(device, fileId, 'ERR_TIMEOUT');
    expect(await trial.deliveries(device)).toMatchObject([
      { attempt: 2, state: 'failed', code: 'ERR_TIMEOUT', reports: [{}, {}] },
      { attempt: 1 },
    ]);
    const listed = (await trial.call('GET', `assignments?deviceId=${device}`)).body;
    expect(listed).toMatchObject({
      total: 1,
      items: [{ attempt: 2, packageId, delivery: { state: 'failed' } }],
    });
    expect((await trial.call('GET', `packages/${packageId}/statistics`)).body.total).toBe(1);
  });

  it('is withdrawn from one device and may be assigned to it again', async () => {
    const { activationId } = await trial.activated();
    await trial.assign(activationId, [device]);
    const [{ id }] = (await trial.call('GET', `assignments?deviceId=${device}`)).body.items;
    expect((await trial.call('DELETE', `assignments/${id}`)).body).toMatchObject({ withdrawn: 1 });
    expect(await trial.prolog(device)).toEqual([]);
    expect(await trial.call('DELETE', `assignments/${id}`)).toMatchObject({ status: 404 });
    expect((await trial.assign(activationId, [device])).body.items).toMatchObject([
      { assignmentId: id, attempt: 2 },
    ]);
  });
});
