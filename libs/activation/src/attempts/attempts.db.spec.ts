import { useDatabase } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActivationTrial, type Answer, type BuiltPackage } from '../activation-trial.spec-support.js';

const POLICY = { on: ['ERR_*'], retries: 2, firstAfterMinutes: 30, factor: 2, maxAfterMinutes: 600 };
const REPEAT = { every: 'week', at: '20:00', zone: 'Europe/Paris', on: 6 };

const used = useDatabase();
let trial: ActivationTrial;
beforeAll(async () => {
  trial = await ActivationTrial.start(used.url());
});
afterAll(() => trial?.app.close());

let device = '';
let built: BuiltPackage = { packageId: '', fileId: '', activationId: '' };
beforeEach(async () => {
  device = uuidv7();
  built = await trial.activated();
});

const setPolicy = (policy: object = POLICY): Promise<Answer> =>
  trial.call('PUT', `packages/${built.packageId}/retry-policy`, policy);
const assignment = async (): Promise<Answer['body']> =>
  (await trial.call('GET', `assignments?deviceId=${device}`)).body.items[0];
/** Assigns it, and lets the device be told of it and report. */
const attempt = async (result: string, options: object = {}): Promise<void> => {
  await trial.assign(built.activationId, [device], options);
  await trial.prolog(device);
  await trial.report(device, built.fileId, result);
};
/** The time that the next attempt waits for has come. */
const letTimePass = (): Promise<unknown> =>
  trial.app
    .get(DataSource)
    .query(`UPDATE delivery SET not_before = now() - interval '1 minute' WHERE not_before > now()`);
const minutesUntil = (time: string): number => Math.round((Date.parse(time) - Date.now()) / 60_000);

describe('a failure that the policy covers', () => {
  it('is tried again later and later, and so often', async () => {
    await setPolicy();
    await attempt('ERR_BAD_DIGEST', { postCommand: 'REBOOT' });
    expect(await trial.deliveries(device)).toMatchObject([
      { attempt: 2, state: 'waiting', assignedBy: 'retry policy', postCommand: 'REBOOT' },
      { attempt: 1, state: 'failed' },
    ]);
    const first = await assignment();
    expect(first.delivery).toMatchObject({ state: 'waiting', held: 'retry' });
    expect(minutesUntil(first.delivery.notBefore)).toBe(30);
    expect(await trial.prolog(device)).toEqual([]);
    await letTimePass();
    expect(await trial.prolog(device)).toEqual([built.fileId]);
    expect((await assignment()).delivery).toMatchObject({ held: null });
    await trial.report(device, built.fileId, 'ERR_EXECUTE');
    expect(minutesUntil((await assignment()).delivery.notBefore)).toBe(60);
    await letTimePass();
    await trial.prolog(device);
    await trial.report(device, built.fileId, 'ERR_EXECUTE');
    expect((await trial.deliveries(device)).map(({ state }) => state)).toEqual([
      'failed',
      'failed',
      'failed',
    ]);
  });

  it('is tried once, however often the old attempt is reported', async () => {
    await setPolicy();
    await attempt('ERR_BAD_DIGEST');
    await trial.report(device, built.fileId, 'ERR_EXECUTE');
    await trial.report(device, built.fileId, 'ERR_TIMEOUT');
    expect(await trial.deliveries(device)).toMatchObject([
      { attempt: 2, state: 'waiting' },
      { attempt: 1, code: 'ERR_TIMEOUT' },
    ]);
  });

  it('is not tried again when the agent reports a success after all, and is repeated all the same', async () => {
    await setPolicy();
    await attempt('ERR_BAD_DIGEST', { repeat: REPEAT });
    await trial.report(device, built.fileId, 'SUCCESS');
    expect(await trial.deliveries(device)).toMatchObject([
      { attempt: 3, state: 'waiting', assignedBy: 'repetition' },
      { attempt: 2, state: 'superseded', assignedBy: 'retry policy' },
      { attempt: 1, state: 'succeeded' },
    ]);
  });

  it('is not tried again once it was withdrawn, or assigned anew', async () => {
    await setPolicy();
    await attempt('ERR_BAD_DIGEST');
    const again = await trial.assign(built.activationId, [device]);
    expect(again.body.items).toMatchObject([{ attempt: 3 }]);
    expect(await trial.prolog(device)).toEqual([built.fileId]);
    const { id } = await assignment();
    await trial.call('DELETE', `assignments/${id}`);
    await trial.report(device, built.fileId, 'ERR_EXECUTE');
    expect((await trial.deliveries(device)).map(({ state }) => state)).toEqual([
      'failed',
      'superseded',
      'failed',
    ]);
  });

  it('is not tried again on a device that has left the rule it was given by', async () => {
    await setPolicy();
    const group = trial.group([device]);
    const { body } = await trial.call('POST', 'assignments', {
      activationId: built.activationId,
      groupIds: [group],
    });
    await trial.settle(body.rules[0].ruleId);
    await trial.prolog(device);
    await trial.leave(group, device);
    await trial.report(device, built.fileId, 'ERR_EXECUTE');
    expect(await trial.deliveries(device)).toMatchObject([{ attempt: 1, state: 'failed' }]);
  });

  it('is followed by the survivor when devices are merged', async () => {
    await setPolicy();
    await attempt('ERR_BAD_DIGEST');
    const survivor = uuidv7();
    await trial.merge(survivor, device);
    await letTimePass();
    expect(await trial.prolog(survivor)).toEqual([built.fileId]);
  });
});

describe('a retry policy', () => {
  it('is kept, shown, changed and deleted, and leaves other failures alone', async () => {
    const path = `packages/${built.packageId}/retry-policy`;
    expect(await trial.call('GET', path)).toMatchObject({
      status: 404,
      body: { code: 'ACTIVATION_RETRY_POLICY_NOT_FOUND' },
    });
    expect(await setPolicy({ ...POLICY, on: ['EXIT_CODE_1618'] })).toMatchObject({ status: 200 });
    expect((await trial.call('GET', path)).body).toMatchObject({ on: ['EXIT_CODE_1618'], retries: 2 });
    await attempt('ERR_BAD_DIGEST');
    expect(await trial.deliveries(device)).toMatchObject([{ attempt: 1, state: 'failed' }]);
    expect(await trial.call('DELETE', path)).toMatchObject({ status: 204 });
    expect(await trial.call('DELETE', path)).toMatchObject({ status: 404 });
    expect(await trial.call('PUT', `packages/${uuidv7()}/retry-policy`, POLICY)).toMatchObject({
      status: 404,
    });
    expect(await setPolicy({ ...POLICY, retries: 0 })).toMatchObject({ status: 400 });
  });
});

describe('a repetition', () => {
  it('begins again at its next time after each result, by force', async () => {
    await attempt('SUCCESS', { repeat: REPEAT });
    const { delivery, repeat } = await assignment();
    expect(repeat).toEqual(REPEAT);
    expect(delivery).toMatchObject({ state: 'waiting', held: 'repeat' });
    expect(new Date(delivery.notBefore).getUTCDay()).toBe(6);
    expect(await trial.prolog(device, [built.fileId])).toEqual([]);
    await letTimePass();
    expect(await trial.offers(device, [built.fileId])).toMatchObject([{ fileId: built.fileId, force: true }]);
    await trial.report(device, built.fileId, 'EXIT_CODE_1');
    expect(await trial.deliveries(device)).toMatchObject([
      { attempt: 3, state: 'waiting', assignedBy: 'repetition' },
      { attempt: 2, state: 'failed' },
      { attempt: 1, state: 'succeeded' },
    ]);
  });

  it('goes on where the agent had the package already', async () => {
    await trial.assign(built.activationId, [device], { repeat: REPEAT });
    expect(await trial.prolog(device, [built.fileId])).toEqual([]);
    expect(await trial.deliveries(device)).toMatchObject([
      { attempt: 2, state: 'waiting', force: true },
      { attempt: 1, code: 'SUCCESS_ALREADY_IN_HISTORY' },
    ]);
  });

  it('waits for the retries of a failure', async () => {
    await setPolicy({ ...POLICY, retries: 1 });
    await attempt('ERR_EXECUTE', { repeat: REPEAT });
    expect((await assignment()).delivery).toMatchObject({ held: 'retry' });
    await letTimePass();
    await trial.prolog(device);
    await trial.report(device, built.fileId, 'ERR_EXECUTE');
    expect((await assignment()).delivery).toMatchObject({ held: 'repeat' });
  });

  it('ends with its activation, and by being assigned without one', async () => {
    await attempt('SUCCESS', { repeat: REPEAT });
    await trial.assign(built.activationId, [device], { force: true });
    await trial.prolog(device);
    await trial.report(device, built.fileId, 'SUCCESS');
    expect(await trial.deliveries(device)).toMatchObject([
      { attempt: 3, state: 'succeeded' },
      { attempt: 2, state: 'superseded' },
      { attempt: 1 },
    ]);
    await trial.assign(built.activationId, [device], { repeat: REPEAT, force: true });
    await trial.prolog(device);
    await trial.call('DELETE', `activations/${built.activationId}`);
    await trial.report(device, built.fileId, 'SUCCESS');
    expect(await trial.deliveries(device)).toMatchObject([{ attempt: 4, state: 'succeeded' }, {}, {}, {}]);
  });
});
