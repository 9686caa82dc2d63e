import { changeRecorded } from '@entrepot/contracts';
import { useDatabase } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActivationTrial } from '../activation-trial.spec-support.js';
import { CheckLiveActivations } from './check-live-activations.js';
import { Place } from './place.spec-support.js';

const used = useDatabase();
let trial: ActivationTrial;
let place: Place;
beforeAll(async () => {
  place = await Place.start();
  const locations = { infoLocation: place.httpsLocation, fragmentLocation: place.httpLocation };
  trial = await ActivationTrial.start(used.url(), { ...locations, caFile: place.caFile });
});
afterAll(async () => {
  await trial?.app.close();
  await place?.close();
});

let packageId = '';
let fileId = '';
let next = 1_600_000_000;
beforeEach(async () => {
  fileId = String(++next);
  const files = place.serve(fileId, [Buffer.from('first'), Buffer.from('last')]);
  ({ packageId } = await trial.built({ fileId, fragments: 2, files }));
});

const path = (name: string): string => `/download/${fileId}/${name}`;

describe('an activation', () => {
  it('on this server is automatic, and shows what was checked', async () => {
    const made = await trial.call('POST', 'activations', { packageId });
    expect(made).toMatchObject({
      status: 201,
      body: {
        ...{ automatic: true, forced: false, checkedAt: expect.any(String) },
        checks: [
          { kind: 'info', location: place.httpsLocation, ok: true, certificate: { daysLeft: 819 } },
          { kind: 'fragments', location: place.httpLocation, ok: true, certificate: null },
        ],
      },
    });
    expect((await trial.call('GET', `activations/${made.body.id}`)).body).toEqual(made.body);
  });

  it('is refused when agents could not use it, unless it is forced, which the audit trail tells', async () => {
    place.files.delete(path(`${fileId}-2`));
    const refused = await trial.call('POST', 'activations', { packageId });
    expect(refused).toMatchObject({ status: 409, body: { code: 'ACTIVATION_CHECK_FAILED' } });
    expect(refused.body.problems).toEqual([
      expect.stringMatching(new RegExp(`^fragments ${place.httpLocation}: WRONG_STATUS: .*404`)),
    ]);
    expect((await trial.call('GET', `activations?packageId=${packageId}`)).body.total).toBe(0);
    const { body } = await trial.call('POST', 'activations', { packageId, force: true });
    expect(body).toMatchObject({ forced: true, checks: [{ ok: true }, { ok: false }] });
    const audit = await trial.published(changeRecorded);
    expect(audit.find((change) => change.subjectId === body.id)?.detail).toMatchObject({ forced: true });
  });

  it('that was forced without need does not count as forced', async () => {
    const { body } = await trial.call('POST', 'activations', { packageId, force: true });
    expect(body.forced).toBe(false);
  });

  it('elsewhere is manual; what agents would find can be asked before', async () => {
    const there = { packageId, infoLocation: 'nowhere.invalid/download' };
    expect(await trial.call('POST', 'activations/check', there)).toMatchObject({
      status: 200,
      body: {
        ok: false,
        checks: [
          { problems: [{ code: 'UNREACHABLE', text: { en: expect.any(String), fr: expect.any(String) } }] },
          { ok: true },
        ],
      },
    });
    expect((await trial.call('GET', `activations?packageId=${packageId}`)).body.total).toBe(0);
    const { body } = await trial.call('POST', 'activations', { ...there, force: true });
    expect(body).toMatchObject({ automatic: false, forced: true });
  });

  it('is checked again when asked, and once a day', async () => {
    const { body } = await trial.call('POST', 'activations', { packageId });
    place.files.delete(path('info'));
    const again = await trial.call('POST', `activations/${body.id}/check`);
    expect(again).toMatchObject({
      status: 200,
      body: { forced: false, checks: [{ ok: false }, { ok: true }] },
    });
    place.serve(fileId, [Buffer.from('first'), Buffer.from('last')]);
    const daily = trial.app.get(CheckLiveActivations);
    const shown = async (): Promise<unknown[]> =>
      (await trial.call('GET', `activations/${body.id}`)).body.checks.map(
        (check: { ok: boolean }) => check.ok,
      );
    await daily.execute();
    expect(await shown()).toEqual([false, true]);
    await trial.app
      .get(DataSource)
      .query(`UPDATE activation SET checked_at = checked_at - interval '25 hours' WHERE activation_id = $1`, [
        body.id,
      ]);
    await daily.execute();
    expect(await shown()).toEqual([true, true]);
    expect(await trial.call('POST', `activations/${uuidv7()}/check`)).toMatchObject({ status: 404 });
  });

  it('is refused for a package with damaged bytes', async () => {
    await trial.app
      .get(DataSource)
      .query(`UPDATE package SET damaged_at = now(), damaged_files = '{info}' WHERE package_id = $1`, [
        packageId,
      ]);
    expect(await trial.call('POST', 'activations', { packageId, force: true })).toMatchObject({
      status: 409,
      body: { code: 'ACTIVATION_PACKAGE_DAMAGED', detail: expect.stringContaining('info') },
    });
  });
});
