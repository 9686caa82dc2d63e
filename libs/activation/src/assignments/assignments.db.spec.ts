import { changeRecorded } from '@entrepot/contracts';
import { useDatabase } from '@entrepot/testing';
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

describe('an assignment', () => {
  it('of several packages to devices and groups tells what it began, and how long it will take', async () => {
    const [one, two] = [await trial.activated(), await trial.activated(3)];
    const [group, slow, never] = [trial.group([device]), uuidv7(), uuidv7()];
    trial.inventory.paces.set(slow, { cycleLatency: 600 }).set(never, { periodLength: 4 });
    const { status, body } = await trial.call('POST', 'assignments', {
      activationIds: [one.activationId, two.activationId, one.activationId],
      deviceIds: [slow, never],
      groupIds: [group, group],
      schedule: '2030/01/31 08:00',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ total: 4, rules: [{ targetName: `group ${group}` }, { targetId: group }] });
    expect(body.estimate).toMatchObject({ devices: 3, neverDevices: 1 });
    expect(body.estimate.slowestSeconds).toBeGreaterThan(body.estimate.fastestSeconds);
    expect(
      body.warnings.map((warning: { code: string; packageId: string }) => [warning.code, warning.packageId]),
    ).toEqual([
      ['SCHEDULE_IGNORED', one.packageId],
      ['PRIORITY_ABOVE_PERIOD', one.packageId],
      ['SCHEDULE_IGNORED', two.packageId],
    ]);
    const audit = (await trial.published(changeRecorded)).filter(
      ({ subjectId, action }) => subjectId === one.activationId && action === 'assignment.create',
    );
    expect(audit).toMatchObject([{ detail: { devices: 2, rules: 1, packageId: one.packageId } }]);
  });

  it('to a group or a saved search that there is not assigns nothing, and names it', async () => {
    const { activationId } = await trial.activated();
    const unknown = uuidv7();
    for (const field of ['groupIds', 'searchIds'])
      expect(
        await trial.call('POST', 'assignments', { activationId, deviceIds: [device], [field]: [unknown] }),
      ).toMatchObject({
        status: 400,
        body: { code: 'ACTIVATION_TARGET_UNKNOWN', field, detail: expect.stringContaining(unknown) },
      });
    expect(await trial.deliveries(device)).toEqual([]);
  });

  it.each([
    ['nothing to give', { deviceIds: [uuidv7()] }, 'activationId'],
    [
      'two things to give',
      { activationId: uuidv7(), setId: uuidv7(), deviceIds: [uuidv7()] },
      'activationId',
    ],
    ['nobody to give it to', { activationId: uuidv7() }, 'deviceIds'],
  ])('with %s is refused', async (_, body, field) => {
    expect(await trial.call('POST', 'assignments', body)).toMatchObject({ status: 400, body: { field } });
  });

  it('of which one activation is unknown assigns nothing, also by rule', async () => {
    const { activationId, packageId } = await trial.activated();
    const activationIds = [activationId, uuidv7()];
    const group = trial.group([device]);
    expect(
      await trial.call('POST', 'assignments', { activationIds, deviceIds: [device], groupIds: [group] }),
    ).toMatchObject({ status: 404, body: { code: 'ACTIVATION_NOT_FOUND' } });
    expect(await trial.deliveries(device)).toEqual([]);
    expect((await trial.call('GET', `assignment-rules?packageId=${packageId}`)).body.total).toBe(0);
  });
});
