import { sha256Hex } from '@entrepot/kernel';
import { ObjectStoreModule } from '@entrepot/platform-object-store';
import { startS3, useDatabase, waitFor, type RunningS3 } from '@entrepot/testing';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { VerifyPackage } from '../integrity/verify-package.js';
import { CleanUpObjects } from './clean-up-objects.js';
import { StorageTrial } from './storage-trial.spec-support.js';

const used = useDatabase();
let s3: RunningS3;
let trial: StorageTrial;

async function start(): Promise<StorageTrial> {
  const { endpoint, accessKey, secretKey, region } = s3;
  const store = ObjectStoreModule.s3({ endpoint, accessKey, secretKey, region, bucket: 'fragments' });
  return StorageTrial.start({ databaseUrl: used.url(), store });
}

beforeAll(async () => {
  s3 = await startS3();
  trial = await start();
});

afterAll(async () => {
  await trial?.stop();
  await s3?.stop();
});

const digest = async (fileId: string, name: string): Promise<string> =>
  sha256Hex((await trial.download(fileId, name)) as Buffer);
const UNAVAILABLE = { code: 'OBJECT_STORE_UNAVAILABLE' };
const cleanUp = (): Promise<void> => trial.get(CleanUpObjects).execute(0);

it('stores the same bytes once on an S3 server, and deletes them with their last package', async () => {
  const shared = randomBytes(9 * 1024 * 1024);
  const [first, second] = [await trial.publish([shared]), await trial.publish([shared, randomBytes(100)])];
  await cleanUp();
  expect(await trial.keys()).toHaveLength(4);
  expect(await digest(first, `${first}-1`)).toBe(sha256Hex(shared));
  await trial.tellDeleted(second, { immediately: true });
  await waitFor(() => trial.heard.freed.includes(second));
  await cleanUp();
  expect(await trial.keys()).toHaveLength(2);
  expect(await digest(first, `${first}-1`)).toBe(sha256Hex(shared));
});

it('loses no object that is to be deleted while the S3 server is down and the program restarts', async () => {
  const fileId = await trial.publish([randomBytes(100)]);
  await trial.tellDeleted(fileId, { immediately: true });
  await waitFor(() => trial.heard.freed.includes(fileId));
  await s3.kill();
  await expect(cleanUp()).rejects.toMatchObject(UNAVAILABLE);
  await trial.stop();
  await s3.start();
  trial = await start();
  expect(await trial.keys(`package/${fileId}/`)).toHaveLength(2);
  await cleanUp();
  expect(await trial.keys(`package/${fileId}/`)).toEqual([]);
});

it('calls nothing damaged because the S3 server is down', async () => {
  const bytes = randomBytes(100);
  const fileId = await trial.publish([bytes]);
  await s3.kill();
  await expect(trial.get(VerifyPackage).execute(fileId)).rejects.toMatchObject(UNAVAILABLE);
  await s3.start();
  expect(await trial.download(fileId, `${fileId}-1`)).toEqual(bytes);
  await trial.get(VerifyPackage).execute(fileId);
  await waitFor(() => trial.heard.verified.length === 1);
  expect(trial.heard.verified[0]).toMatchObject({ fileId, intact: true, damaged: [] });
  expect(trial.heard.failed).toEqual([]);
});
