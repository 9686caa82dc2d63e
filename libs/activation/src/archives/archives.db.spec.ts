import { changeRecorded } from '@entrepot/contracts';
import { useDatabase } from '@entrepot/testing';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActivationTrial, type Answer, type BuiltPackage } from '../activation-trial.spec-support.js';

const used = useDatabase();
let trial: ActivationTrial;
beforeAll(async () => {
  trial = await ActivationTrial.start(used.url());
});
afterAll(() => trial?.app.close());

let built: BuiltPackage;
let waiting = '';
let told = '';
let succeeded = '';
let failed = '';
beforeEach(async () => {
  built = await trial.activated();
  [waiting, told, succeeded, failed] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()];
  await trial.assign(built.activationId, [waiting, told, succeeded, failed]);
  for (const device of [told, succeeded, failed]) await trial.prolog(device);
  await trial.report(succeeded, built.fileId, 'SUCCESS');
  await trial.report(failed, built.fileId, 'ERR_EXECUTE');
});

function archive(kind: string): Promise<Answer> {
  return trial.call('POST', `packages/${built.packageId}/archives`, { kind });
}

async function counts(): Promise<unknown> {
  const { body } = await trial.call('GET', `packages/${built.packageId}/statistics`);
  const { waiting: w, notified: n, succeeded: s, failed: f } = body.counts;
  return [w, n, s, f, body.archived];
}

describe('an archive', () => {
  it('takes what succeeded out of counters and lists, keeps it, and puts it back', async () => {
    const made = await archive('succeeded');
    expect(made).toMatchObject({
      status: 201,
      body: { kind: 'succeeded', deliveries: 1, createdBy: 'ada', restoredAt: null, restoredBy: null },
    });
    expect(await counts()).toEqual([1, 1, 0, 1, 1]);
    expect(await trial.deliveries(succeeded)).toEqual([]);
    const away = (await trial.call('GET', `deliveries?deviceId=${succeeded}&archived=true`)).body;
    expect(away).toMatchObject({
      total: 1,
      items: [
        { stage: 'archived', state: 'succeeded', archiveId: made.body.id, reports: [{ code: 'SUCCESS' }] },
      ],
    });
    expect(await trial.call('GET', `delivery-archives/${made.body.id}`)).toMatchObject({
      ...{ status: 200, body: made.body },
    });
    expect(await trial.call('POST', `delivery-archives/${made.body.id}/restore`)).toMatchObject({
      status: 200,
      body: { deliveries: 1, restoredBy: 'ada', restoredAt: expect.any(String) },
    });
    expect(await counts()).toEqual([1, 1, 1, 1, 0]);
    expect(await trial.deliveries(succeeded)).toMatchObject([{ stage: 'succeeded', archiveId: null }]);
    expect(await trial.call('POST', `delivery-archives/${made.body.id}/restore`)).toMatchObject({
      status: 409,
      body: { code: 'ACTIVATION_ARCHIVE_RESTORED' },
    });
    const audit = (await trial.published(changeRecorded)).filter(
      (change) => change.subjectId === made.body.id,
    );
    expect(audit.map(({ action, detail }) => [action, detail['deliveries']])).toEqual([
      ['delivery.archive', 1],
      ['delivery.restore', 1],
    ]);
  });

  it('takes every result', async () => {
    expect((await archive('reported')).body.deliveries).toBe(2);
    expect(await counts()).toEqual([1, 1, 0, 0, 2]);
  });

  it('takes back the offer of what no device was told of, until it is put back', async () => {
    const { body } = await archive('not-notified');
    expect(body.deliveries).toBe(1);
    expect(await counts()).toEqual([0, 1, 1, 1, 1]);
    expect(await trial.prolog(waiting)).toEqual([]);
    expect(await trial.prolog(told)).toEqual([built.fileId]);
    await trial.call('POST', `delivery-archives/${body.id}/restore`);
    expect(await trial.prolog(waiting)).toEqual([built.fileId]);
  });

  it('takes only the attempt that counts, and leaves the device free for a new one', async () => {
    await trial.assign(built.activationId, [failed]);
    expect((await archive('reported')).body.deliveries).toBe(1);
    expect(await trial.prolog(failed)).toEqual([built.fileId]);
    expect(await trial.deliveries(failed)).toMatchObject([
      { attempt: 2, state: 'notified' },
      { attempt: 1, state: 'failed' },
    ]);
  });

  it('is refused when there is nothing to put away, or no such package or kind', async () => {
    await archive('reported');
    expect((await archive('reported')).body.code).toBe('ACTIVATION_ARCHIVE_EMPTY');
    expect(await archive('everything')).toMatchObject({ status: 400, body: { field: 'kind' } });
    expect(await trial.call('POST', `packages/${uuidv7()}/archives`, { kind: 'reported' })).toMatchObject({
      status: 404,
    });
    expect(await trial.call('GET', `delivery-archives/${uuidv7()}`)).toMatchObject({ status: 404 });
    expect(await trial.call('POST', `delivery-archives/${uuidv7()}/restore`)).toMatchObject({ status: 404 });
  });

  it('is listed with its package, newest first', async () => {
    await archive('succeeded');
    await archive('not-notified');
    const first = (await trial.call('GET', `packages/${built.packageId}/archives?limit=1`)).body;
    expect(first).toMatchObject({ total: 2, items: [{ kind: 'not-notified' }] });
    const second = await trial.call(
      'GET',
      `packages/${built.packageId}/archives?limit=1&cursor=${first.next}`,
    );
    expect(second.body).toMatchObject({ items: [{ kind: 'succeeded' }], next: null });
  });
});
