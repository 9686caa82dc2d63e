import { integrityFailed, integrityRestored, packageDoubted, packageVerified } from '@entrepot/contracts';
import { useDatabase } from '@entrepot/testing';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActivationTrial, messageFor, type BuiltPackage } from '../activation-trial.spec-support.js';
import { FollowIntegrityConsumer } from './follow-integrity.consumer.js';

const used = useDatabase();
let trial: ActivationTrial;
beforeAll(async () => {
  trial = await ActivationTrial.start(used.url());
});
afterAll(() => trial?.app.close());

let built: BuiltPackage;
let device = '';
beforeEach(async () => {
  built = await trial.activated();
  device = uuidv7();
});

const at = (minute: number): string => new Date(Date.now() + minute * 60_000).toISOString();
const sha256 = 'f'.repeat(64);
const named = (...numbers: readonly number[]): { fileId: string; name: string }[] =>
  numbers.map((n) => ({ fileId: built.fileId, name: `${built.fileId}-${n}` }));

const tell = {
  verified: (minute: number, ...damaged: readonly number[]): Promise<void> => {
    const { fileId } = built;
    const names = damaged.map((n) => `${fileId}-${n}`);
    const event = { fileId, intact: names.length === 0, damaged: names, at: at(minute) };
    return consumer().verified(
      packageVerified.schema.parse(event),
      messageFor('activation.keep-verification'),
    );
  },
  failed: (minute: number, ...numbers: readonly number[]): Promise<void> => {
    const event = { sha256, files: named(...numbers), reason: 'flipped', at: at(minute) };
    return consumer().failed(integrityFailed.schema.parse(event), messageFor('activation.keep-damage'));
  },
  restored: (minute: number, ...numbers: readonly number[]): Promise<void> => {
    const event = { sha256, files: named(...numbers), source: 'nas', at: at(minute) };
    return consumer().restored(integrityRestored.schema.parse(event), messageFor('activation.keep-repair'));
  },
};

function consumer(): FollowIntegrityConsumer {
  return trial.app.get(FollowIntegrityConsumer);
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- specs read answers as a script would
async function shown(): Promise<any> {
  return (await trial.call('GET', `packages/${built.packageId}/verification`)).body;
}

async function doubts(): Promise<number> {
  const events = await trial.published(packageDoubted);
  return events.filter(({ packageId }) => packageId === built.packageId).length;
}

describe('a bad digest', () => {
  it('makes others read the package again, once in an attempt', async () => {
    await trial.assign(built.activationId, [device]);
    await trial.prolog(device);
    await trial.report(device, built.fileId, 'ERR_EXECUTE');
    expect(await doubts()).toBe(0);
    await trial.report(device, built.fileId, 'ERR_BAD_DIGEST');
    await trial.report(device, built.fileId, 'ERR_BAD_DIGEST');
    expect(await doubts()).toBe(1);
    await trial.assign(built.activationId, [device]);
    await trial.prolog(device);
    await trial.report(device, built.fileId, 'ERR_BAD_DIGEST', undefined, new Date(Date.now() + 1_000));
    expect(await doubts()).toBe(2);
    const [event] = (await trial.published(packageDoubted)).slice(-1);
    expect(event).toMatchObject({ fileId: built.fileId, deviceId: device, code: 'ERR_BAD_DIGEST' });
  });

  it('says who is wrong once that is known', async () => {
    await trial.assign(built.activationId, [device]);
    await trial.prolog(device);
    await trial.report(device, built.fileId, 'ERR_BAD_DIGEST');
    expect(await shown()).toMatchObject({
      ...{ verifiedAt: null, damagedAt: null, doubts: { deliveries: 1, lastAt: expect.any(String) } },
      verdict: { en: expect.stringContaining('being read again') },
    });
    await tell.verified(1);
    expect((await shown()).verdict.fr).toContain('intacte');
    const reason = async (): Promise<string> => (await trial.deliveries(device))[0].reason.en;
    expect(await reason()).toMatch(/not what was built\. Our own copy is intact/);
    await tell.verified(2, 3);
    expect(await reason()).toContain(`${built.fileId}-3`);
  });
});

describe('what is known of stored bytes', () => {
  it('is nothing at first', async () => {
    expect(await shown()).toEqual({
      ...{ packageId: built.packageId, fileId: built.fileId, verifiedAt: null, damagedAt: null },
      ...{ damagedFiles: [], doubts: { deliveries: 0, lastAt: null }, verdict: null },
    });
    expect(await trial.call('GET', `packages/${uuidv7()}/verification`)).toMatchObject({ status: 404 });
  });

  it('gathers damaged files until all are restored', async () => {
    await tell.failed(1, 2);
    await tell.failed(2, 1, 2);
    const damagedAt = (await shown()).damagedAt;
    expect(damagedAt).not.toBeNull();
    expect((await shown()).damagedFiles).toEqual([`${built.fileId}-1`, `${built.fileId}-2`]);
    await tell.restored(3, 2);
    expect(await shown()).toMatchObject({ damagedAt, damagedFiles: [`${built.fileId}-1`] });
    await tell.restored(4, 1);
    expect(await shown()).toMatchObject({ damagedAt: null, damagedFiles: [], verdict: null });
  });

  it('is right as well when a repair is heard of before the damage, or before a reading that found it', async () => {
    await tell.restored(3, 1);
    await tell.failed(2, 1);
    await tell.verified(2, 1);
    expect(await shown()).toMatchObject({ damagedAt: null, damagedFiles: [] });
    await tell.failed(1, 1, 2);
    expect(await shown()).toMatchObject({ damagedFiles: [] });
    await tell.failed(4, 1, 2);
    expect(await shown()).toMatchObject({ damagedFiles: [`${built.fileId}-1`, `${built.fileId}-2`] });
  });

  it('is what the last reading of everything found, whatever older news come after it', async () => {
    await tell.failed(1, 1);
    await tell.verified(10, 2, 3);
    expect(await shown()).toMatchObject({ damagedFiles: [`${built.fileId}-2`, `${built.fileId}-3`] });
    await tell.failed(9, 4);
    await tell.restored(9, 2, 3);
    await tell.verified(8);
    expect(await shown()).toMatchObject({ damagedFiles: [`${built.fileId}-2`, `${built.fileId}-3`] });
    await tell.verified(11);
    expect(await shown()).toMatchObject({ damagedAt: null, damagedFiles: [] });
  });
});
