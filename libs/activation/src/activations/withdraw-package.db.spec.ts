import {
  changeRecorded,
  deliveryChanged,
  packageDeleted,
  packageReleased,
  type WithdrawPackageReply,
} from '@entrepot/contracts';
import { useDatabase } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActivationTrial, messageFor, type BuiltPackage } from '../activation-trial.spec-support.js';
import { FollowDeletionConsumer } from '../packages/follow-deletion.consumer.js';
import { ReleasePackages } from '../packages/release-packages.js';

const used = useDatabase();
let trial: ActivationTrial;
beforeAll(async () => {
  trial = await ActivationTrial.start(used.url());
});
afterAll(() => trial?.app.close());

function withdraw(packageId: string): Promise<WithdrawPackageReply> {
  return trial.rpc.withdrawPackage({ packageId, accountId: uuidv7(), accountName: 'grace' });
}

async function released(packageId: string): Promise<number> {
  const events = await trial.published(packageReleased);
  return events.filter((event) => event.packageId === packageId).length;
}

/** A package that two devices have, the first of which was told of it. */
async function assigned(): Promise<BuiltPackage & { readonly told: string; readonly waiting: string }> {
  const built = await trial.activated();
  const [told, waiting] = [uuidv7(), uuidv7()];
  await trial.assign(built.activationId, [told, waiting]);
  await trial.prolog(told);
  return { ...built, told, waiting };
}

describe('a package that is deleted', () => {
  it('is taken back everywhere, and whom that comes too late for is named', async () => {
    const { packageId, fileId, told, waiting } = await assigned();
    const there = { packageId, fragmentLocation: 'cache.lyon/download', force: true };
    const { body } = await trial.call('POST', 'activations', there);
    await addRule(body.id);
    expect(await withdraw(packageId)).toEqual({
      ...{ activations: 2, withdrawn: 1, alreadyNotified: 1, notifiedDeviceIds: [told] },
    });
    expect((await trial.call('GET', `activations?packageId=${packageId}`)).body.total).toBe(0);
    expect(await trial.prolog(waiting)).toEqual([]);
    expect(await trial.deliveries(waiting)).toMatchObject([{ state: 'withdrawn', stage: 'withdrawn' }]);
    const [delivery] = await trial.deliveries(told);
    expect(delivery.reason.en).toContain('taken back after');
    const states = (await trial.published(deliveryChanged)).filter((event) => event.fileId === fileId);
    expect(states.map(({ state }) => state)).toEqual(['waiting', 'waiting', 'notified', 'withdrawn']);
    expect((await trial.call('GET', `assignment-rules?packageId=${packageId}`)).body.total).toBe(0);
  });

  it('may be withdrawn twice, and is audited once with the account that asked', async () => {
    const { packageId, told } = await assigned();
    await withdraw(packageId);
    expect(await withdraw(packageId)).toEqual({
      ...{ activations: 0, withdrawn: 0, alreadyNotified: 1, notifiedDeviceIds: [told] },
    });
    const audit = (await trial.published(changeRecorded)).filter((change) => change.subjectId === packageId);
    expect(audit).toMatchObject([
      { action: 'package.withdraw', accountName: 'grace', detail: { activations: 1, withdrawn: 1 } },
    ]);
  });

  it('cannot be activated any more, also while it is being deleted', async () => {
    const { packageId } = await assigned();
    const there = { packageId, infoLocation: 'nowhere.invalid/download', force: true };
    const [, answer] = await Promise.all([withdraw(packageId), trial.call('POST', 'activations', there)]);
    expect(await trial.call('POST', 'activations', there)).toMatchObject({
      status: 409,
      body: { code: 'ACTIVATION_PACKAGE_DELETED' },
    });
    const { total } = (await trial.call('GET', `activations?packageId=${packageId}`)).body;
    expect({ status: answer.status === 201 ? 409 : answer.status, total }).toEqual({ status: 409, total: 0 });
  });

  it('that nobody knows has nothing to take back', async () => {
    expect(await withdraw(uuidv7())).toMatchObject({ activations: 0, withdrawn: 0, alreadyNotified: 0 });
  });
});

describe('the release of a deleted package', () => {
  it('comes at once when no device was told, and once', async () => {
    const { packageId, activationId } = await trial.activated();
    await trial.assign(activationId, [uuidv7()]);
    await withdraw(packageId);
    await withdraw(packageId);
    await trial.app.get(ReleasePackages).execute();
    expect(await released(packageId)).toBe(1);
  });

  it('waits for the last report, also when two come at the same time', async () => {
    const { packageId, fileId, told, waiting } = await assigned();
    await trial.prolog(waiting);
    await withdraw(packageId);
    await trial.app.get(ReleasePackages).execute();
    expect(await released(packageId)).toBe(0);
    await Promise.all([trial.report(told, fileId, 'SUCCESS'), trial.report(waiting, fileId, 'ERR_TIMEOUT')]);
    expect(await released(packageId)).toBe(1);
  });

  it('waits as well for a device whose new attempt was taken back before it was told', async () => {
    const { packageId, fileId, activationId, told } = await assigned();
    await trial.assign(activationId, [told], { force: true });
    await withdraw(packageId);
    expect(await released(packageId)).toBe(0);
    await trial.report(told, fileId, 'SUCCESS');
    await trial.app.get(ReleasePackages).execute();
    expect(await released(packageId)).toBe(1);
  });

  it('does not wait for a machine that is never heard of again', async () => {
    const { packageId } = await assigned();
    await withdraw(packageId);
    await trial.app
      .get(DataSource)
      .query(`UPDATE delivery SET notified_at = notified_at - interval '61 days' WHERE package_id = $1`, [
        packageId,
      ]);
    await trial.app.get(ReleasePackages).execute();
    expect(await released(packageId)).toBe(1);
  });

  it('follows on the fact alone when the package was not known here as it was deleted', async () => {
    const [packageId, device] = [uuidv7(), uuidv7()];
    const deleted = {
      ...{ packageId, fileId: '1500000001', name: 'late', version: 1, immediately: false },
      at: new Date().toISOString(),
    };
    expect(packageDeleted.schema.parse(deleted)).toEqual(deleted);
    const follow = (): Promise<void> =>
      trial.app.get(FollowDeletionConsumer).handle(deleted, messageFor('activation.follow-package-deletion'));
    await expect(follow()).rejects.toThrow('not known yet');
    await trial.built({ packageId, fileId: '1500000001' });
    const { body } = await trial.call('POST', 'activations', { packageId, force: true });
    await trial.assign(body.id, [device]);
    await follow();
    expect(await released(packageId)).toBe(1);
    expect(await trial.deliveries(device)).toMatchObject([{ state: 'withdrawn' }]);
    expect(await trial.prolog(device)).toEqual([]);
    expect((await trial.call('POST', 'activations', { packageId })).body.code).toBe(
      'ACTIVATION_PACKAGE_DELETED',
    );
  });
});

async function addRule(activationId: string): Promise<void> {
  await trial.app.get(DataSource).query(
    `INSERT INTO assignment_rule (rule_id, activation_id, target_kind, target_id, target_name, force, created_by, created_at, asked_at)
     VALUES ($1, $2, 'group', $3, 'Lyon', false, 'ada', now(), now())`,
    [uuidv7(), activationId, uuidv7()],
  );
}
