import { useDatabase, waitFor } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActivationTrial, type BuiltPackage } from '../activation-trial.spec-support.js';
import { RuleTrial } from '../rules/rule-trial.spec-support.js';

const used = useDatabase();
let trial: ActivationTrial;
beforeAll(async () => {
  trial = await ActivationTrial.start(used.url());
});
afterAll(() => trial?.app.close());

const MANY = 2_345;
let built: BuiltPackage;
let group = '';
let rule = '';
let members: string[] = [];
beforeEach(async () => {
  members = Array.from({ length: MANY }, () => uuidv7());
  group = trial.group(members);
  built = await trial.activated();
  rule = await new RuleTrial(trial).ruleFor(built.activationId, group);
  await trial.prolog(members[0] ?? '');
});

async function states(): Promise<Record<string, number>> {
  const rows: { state: string; count: number }[] = await trial.app
    .get(DataSource)
    .query('SELECT state, count(*)::integer AS count FROM delivery WHERE package_id = $1 GROUP BY 1', [
      built.packageId,
    ]);
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

async function takenBack(): Promise<void> {
  await waitFor(async () => (await states())['withdrawn'] === MANY - 1, { what: 'all to be taken back' });
  expect(await states()).toEqual({ notified: 1, withdrawn: MANY - 1 });
}

describe('many deliveries', () => {
  it('of an activation that is withdrawn are counted and offered no more at once, and taken back one part after the other', async () => {
    expect(await trial.call('DELETE', `activations/${built.activationId}`)).toMatchObject({
      body: { withdrawn: MANY - 1, alreadyNotified: { total: 1, items: [{ deviceId: members[0] }] } },
    });
    expect(await trial.prolog(members.at(-1) ?? '')).toEqual([]);
    await takenBack();
  });

  it('of a package that is deleted are taken back in the same way', async () => {
    const request = { packageId: built.packageId, accountId: uuidv7(), accountName: 'grace' };
    expect(await trial.rpc.withdrawPackage(request)).toMatchObject({
      ...{ activations: 1, withdrawn: MANY - 1, alreadyNotified: 1 },
    });
    await takenBack();
  });

  it('of a group that is no more are taken back one part after the other', async () => {
    trial.inventory.sets.delete(group);
    await trial.call('POST', `assignment-rules/${rule}/settle`);
    await takenBack();
    expect((await trial.call('GET', `assignment-rules/${rule}`)).body).toMatchObject({
      ...{ targetExists: false, members: 0, expectedMembers: 0 },
    });
  });
});
