import { changeRecorded } from '@entrepot/contracts';
import { useDatabase } from '@entrepot/testing';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActivationTrial } from '../activation-trial.spec-support.js';

const used = useDatabase();
let trial: ActivationTrial;
beforeAll(async () => {
  trial = await ActivationTrial.start(used.url());
});
afterAll(() => trial?.app.close());

describe('package sets', () => {
  it('are made, listed, changed and deleted', async () => {
    const [one, two] = [await trial.built(), await trial.built()];
    const made = await trial.call('POST', 'package-sets', {
      name: 'New machine',
      packageIds: [two.packageId, one.packageId],
    });
    expect(made).toMatchObject({
      status: 201,
      body: { inOrder: false, packages: [{ fileId: two.fileId, deleted: false }, { name: one.name }] },
    });
    const path = `package-sets/${made.body.id}`;
    const changed = await trial.call('PUT', path, {
      name: 'New machines',
      inOrder: true,
      packageIds: [one.packageId],
    });
    expect(changed.body).toEqual({
      ...made.body,
      name: 'New machines',
      inOrder: true,
      packages: [
        { packageId: one.packageId, fileId: one.fileId, name: one.name, version: 1, deleted: false },
      ],
    });
    expect((await trial.call('GET', 'package-sets')).body).toMatchObject({ total: 1, items: [changed.body] });
    expect(await trial.call('DELETE', path)).toMatchObject({ status: 204 });
    expect(await trial.call('DELETE', path)).toMatchObject({ status: 404 });
    expect(await trial.call('PUT', path, { name: 'x', packageIds: [one.packageId] })).toMatchObject({
      status: 404,
    });
    const actions = (await trial.published(changeRecorded))
      .filter((change) => change.subjectId === made.body.id)
      .map((change) => change.action);
    expect(actions).toEqual(['package-set.create', 'package-set.change', 'package-set.delete']);
  });

  it('refuse a name that is taken, and packages that are not there', async () => {
    const { packageId } = await trial.built();
    const other = await trial.call('POST', 'package-sets', { name: 'B', packageIds: [packageId] });
    await trial.call('POST', 'package-sets', { name: 'A', packageIds: [packageId] });
    const taken = { status: 409, body: { code: 'ACTIVATION_SET_NAME_TAKEN', field: 'name' } };
    expect(await trial.call('POST', 'package-sets', { name: 'A', packageIds: [packageId] })).toMatchObject(
      taken,
    );
    expect(
      await trial.call('PUT', `package-sets/${other.body.id}`, { name: 'A', packageIds: [packageId] }),
    ).toMatchObject(taken);
    const unknown = uuidv7();
    expect(
      await trial.call('POST', 'package-sets', { name: 'C', packageIds: [packageId, unknown] }),
    ).toMatchObject({ status: 400, body: { code: 'ACTIVATION_SET_PACKAGE_UNKNOWN', unknown: [unknown] } });
    expect(
      await trial.call('POST', 'package-sets', { name: 'C', packageIds: [packageId, packageId] }),
    ).toMatchObject({ status: 400 });
  });

  it('are assigned with the newest activation of each package, in their order', async () => {
    const [one, two] = [await trial.activated(), await trial.activated()];
    const { body: newer } = await trial.call('POST', 'activations', {
      packageId: one.packageId,
      infoLocation: 'there/download',
      force: true,
    });
    const packageIds = [one.packageId, two.packageId];
    const { body: set } = await trial.call('POST', 'package-sets', { name: 'S', inOrder: true, packageIds });
    const device = uuidv7();
    const { body } = await trial.call('POST', 'assignments', { setId: set.id, deviceIds: [device] });
    expect(body.items).toMatchObject([{ activationId: newer.id }, { activationId: two.activationId }]);
    expect(await trial.prolog(device)).toEqual([one.fileId]);
    const free = { setId: set.id, deviceIds: [uuidv7()], inOrder: false };
    await trial.call('POST', 'assignments', free);
    expect(await trial.prolog(free.deviceIds[0] ?? '')).toEqual([one.fileId, two.fileId]);
    await trial.call('DELETE', `activations/${two.activationId}`);
    expect(await trial.call('POST', 'assignments', { setId: set.id, deviceIds: [device] })).toMatchObject({
      status: 409,
      body: { code: 'ACTIVATION_SET_NOT_ACTIVATED' },
    });
    expect(await trial.call('POST', 'assignments', { setId: uuidv7(), deviceIds: [device] })).toMatchObject({
      status: 404,
    });
  });
});
