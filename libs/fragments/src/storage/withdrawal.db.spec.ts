import { packageDeleted, packageFreed, packageReleased } from '@entrepot/contracts';
import { sha256Hex } from '@entrepot/kernel';
import { removeDirectory, temporaryDirectory, useDatabase, waitFor } from '@entrepot/testing';
import { randomBytes } from 'node:crypto';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CleanUpObjects } from './clean-up-objects.js';
import { FreeExpiredPackages } from './free-expired-packages.js';
import { RemoveOrphans } from './remove-orphans.js';
import { newFileId, StorageTrial } from './storage-trial.spec-support.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const used = useDatabase();
let directory = '';
let trial: StorageTrial;

beforeAll(async () => {
  directory = await temporaryDirectory('fragments');
  trial = await StorageTrial.onDisk(used.url(), directory);
});

afterAll(async () => {
  await trial.stop();
  await removeDirectory(directory);
});

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;
const refusal = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'accepted', codeOf);
const cleanUp = (): Promise<void> => trial.get(CleanUpObjects).execute(0);
const freed = (fileId: string): Promise<true> => waitFor(() => trial.heard.freed.includes(fileId));
const columnSet = (column: 'withdrawn_at' | 'released_at', fileId: string): Promise<unknown> =>
  waitFor(async () => {
    const rows: unknown[] = await trial.database.query(
      `SELECT 1 FROM published_package WHERE file_id = $1 AND ${column} IS NOT NULL`,
      [fileId],
    );
    return rows.length;
  });

describe('a deleted package', () => {
  it('gives its fragments to agents that know of it until they are done, and its info file to nobody', async () => {
    const bytes = randomBytes(1_000);
    const fileId = await trial.publish([bytes]);
    await trial.tellDeleted(fileId);
    await columnSet('withdrawn_at', fileId);
    trial.forget();
    expect(await trial.download(fileId, 'info')).toBe(404);
    expect(await trial.download(fileId, `${fileId}-1`)).toEqual(bytes);
    await trial.get(FreeExpiredPackages).execute();
    await cleanUp();
    expect(await trial.download(fileId, `${fileId}-1`)).toEqual(bytes);
    await trial.tellReleased(fileId);
    await freed(fileId);
    expect(await trial.download(fileId, `${fileId}-1`)).toBe(404);
    await cleanUp();
    expect(await trial.keys(`package/${fileId}/`)).toEqual([]);
  });

  it('is gone at once when it is defective, and some minutes later its objects are', async () => {
    const fileId = await trial.publish([randomBytes(1_000)]);
    await trial.tellDeleted(fileId, { immediately: true });
    await freed(fileId);
    expect(await trial.download(fileId, `${fileId}-1`)).toBe(404);
    await trial.get(CleanUpObjects).execute(60_000);
    expect(await trial.keys(`package/${fileId}/`)).toHaveLength(2);
    await cleanUp();
    expect(await trial.keys(`package/${fileId}/`)).toEqual([]);
  });

  it('is gone once, in whatever order and however often that is told', async () => {
    const fileId = await trial.publish([randomBytes(1_000)]);
    await trial.tellReleased(fileId);
    await columnSet('released_at', fileId);
    expect(await trial.download(fileId, 'info')).toBeInstanceOf(Buffer);
    await trial.tellDeleted(fileId);
    await freed(fileId);
    const other = await trial.publish([randomBytes(1_000)]);
    for (const told of [fileId, other]) {
      await trial.tellDeleted(told);
      await trial.tellReleased(told);
      await trial.tellDeleted(told, { immediately: true });
    }
    await freed(other);
    await waitFor(async () => {
      const [row] = await trial.database.query<{ isQuiet: boolean }[]>(
        `SELECT (SELECT count(*) FROM outbox WHERE subject = ANY($1))
           = (SELECT count(*) FROM inbox WHERE consumer IN ('fragments.withdraw-package', 'fragments.release-package'))
           AS "isQuiet"`,
        [[packageDeleted.subject, packageReleased.subject]],
      );
      return row?.isQuiet;
    });
    const told = await trial.database.query<{ fileId: string }[]>(
      `SELECT payload ->> 'fileId' AS "fileId" FROM outbox WHERE subject = $1 AND payload ->> 'fileId' = ANY($2)
       ORDER BY id`,
      [packageFreed.subject, [fileId, other]],
    );
    expect(told).toEqual([{ fileId }, { fileId: other }]);
  });

  it('is gone after the days that it is kept, whether an agent asks or not', async () => {
    const [early, late] = [await trial.publish([randomBytes(10)]), await trial.publish([randomBytes(10)])];
    await trial.tellDeleted(early, { at: new Date(Date.now() - 31 * DAY_MS) });
    await trial.tellDeleted(late, { at: new Date(Date.now() - 29 * DAY_MS) });
    await columnSet('withdrawn_at', early);
    await columnSet('withdrawn_at', late);
    await trial.get(FreeExpiredPackages).execute();
    await freed(early);
    expect(await trial.download(late, `${late}-1`)).toBeInstanceOf(Buffer);
  });

  it('never comes back: nothing is stored or published under its file id', async () => {
    const fileId = newFileId();
    const blobs = await trial.store(fileId, [randomBytes(10)]);
    await trial.rpc.publishPackage({ fileId, blobs });
    await trial.tellDeleted(fileId, { immediately: true });
    await freed(fileId);
    const address = { area: 'package', owner: fileId, name: 'info' } as const;
    expect(await refusal(trial.rpc.publishPackage({ fileId, blobs }))).toBe('FRAGMENTS_PACKAGE_PUBLISHED');
    expect(await refusal(trial.put(address, Buffer.from('x')))).toBe('FRAGMENTS_PACKAGE_PUBLISHED');
  });
});

describe('contents of a deleted package', () => {
  it('stay for the packages that have the same, also when its blobs are deleted', async () => {
    const bytes = randomBytes(1_000);
    const kept = await trial.publish([bytes]);
    const deleted = await trial.publish([bytes]);
    expect(await trial.keyOf(kept, `${kept}-1`)).toBe(`package/${deleted}/${deleted}-1`);
    await trial.tellDeleted(deleted, { immediately: true });
    await freed(deleted);
    await trial.rpc.deleteBlobs({ area: 'package', owner: deleted });
    await cleanUp();
    expect(await trial.keys(`package/${deleted}/`)).toEqual([`package/${deleted}/${deleted}-1`]);
    expect(await trial.download(kept, `${kept}-1`)).toEqual(bytes);
    await trial.tellDeleted(kept, { immediately: true });
    await freed(kept);
    await cleanUp();
    expect(await trial.keys(`package/${deleted}/`)).toEqual([]);
  });

  it('are whole for a package that is published while the other is freed', async () => {
    const bytes = Array.from({ length: 8 }, () => randomBytes(2_000));
    for (let round = 0; round < 8; round++) {
      const old = await trial.publish(bytes);
      const fileId = newFileId();
      const blobs = await trial.store(fileId, bytes.toReversed());
      await Promise.all([
        trial.rpc.publishPackage({ fileId, blobs }),
        trial.tellDeleted(old, { immediately: true }),
        cleanUp(),
      ]);
      await freed(old);
      await cleanUp();
      for (const { name, sha256 } of blobs)
        expect(sha256Hex((await trial.download(fileId, name)) as Buffer)).toBe(sha256);
      await trial.tellDeleted(fileId, { immediately: true });
      await freed(fileId);
    }
    await cleanUp();
    const left: unknown[] = await trial.database.query('SELECT 1 FROM content WHERE sha256 = ANY($1)', [
      bytes.map(sha256Hex),
    ]);
    expect(left).toEqual([]);
  });

  it('are deleted by the next process when one dies between freeing and deleting', async () => {
    const fileId = await trial.publish([randomBytes(1_000)]);
    await trial.tellDeleted(fileId, { immediately: true });
    await freed(fileId);
    await trial.stop();
    trial = await StorageTrial.onDisk(used.url(), directory);
    expect(await trial.keys(`package/${fileId}/`)).toHaveLength(2);
    await cleanUp();
    expect(await trial.keys(`package/${fileId}/`)).toEqual([]);
    expect(await trial.database.query('SELECT 1 FROM object_cleanup')).toEqual([]);
  });
});

describe('objects that no table knows', () => {
  const old = new Date(Date.now() - 3 * DAY_MS);
  const place = async (key: string, modifiedAt: Date): Promise<void> => {
    const path = join(directory, 'objects', key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'left');
    await utimes(path, modifiedAt, modifiedAt);
  };

  it('are deleted once no build can be under way that they belong to', async () => {
    const published = await trial.publish([randomBytes(100)]);
    for (const name of ['info', `${published}-1`])
      await utimes(join(directory, 'objects/package', published, name), old, old);
    const [given, building] = [newFileId(), newFileId()];
    await place(`package/${published}/${published}-2`, old);
    await place(`package/${published}/${published}-3`, new Date());
    await place(`package/${given}/${given}-1`, old);
    await place(`package/${building}/${building}-1`, old);
    await place(`package/${building}/${building}-2`, new Date());
    const sha256 = 'ab'.repeat(32);
    await place(`content/${sha256}/1`, old);
    await trial.get(RemoveOrphans).execute();
    expect(await trial.keys('content/')).toEqual([]);
    expect(await trial.keys(`package/${given}/`)).toEqual([]);
    expect(await trial.keys(`package/${building}/`)).toHaveLength(2);
    expect(await trial.keys(`package/${published}/`)).toEqual([
      `package/${published}/${published}-1`,
      `package/${published}/${published}-3`,
      `package/${published}/info`,
    ]);
  });
});
