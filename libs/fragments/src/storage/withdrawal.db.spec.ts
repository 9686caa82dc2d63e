import { packageDeleted, packageFreed, packageReleased } from '@entrepot/contracts';
import { sha256Hex } from '@entrepot/kernel';
import { waitFor } from '@entrepot/testing';
import { randomBytes } from 'node:crypto';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CleanUpObjects } from './clean-up-objects.js';
import { FreeExpiredPackages } from './free-expired-packages.js';
import { RemoveOrphans } from './remove-orphans.js';
import { newFileId } from './storage-trial.spec-support.js';
import { refusal, useStorage } from './use-storage.spec-support.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const used = useStorage();

const cleanUp = (): Promise<void> => used.trial.get(CleanUpObjects).execute(0);
const freed = (fileId: string): Promise<true> => waitFor(() => used.trial.heard.freed.includes(fileId));
const columnSet = (column: 'withdrawn_at' | 'released_at', fileId: string): Promise<unknown> =>
  waitFor(async () => {
    const rows: unknown[] = await used.trial.database.query(
      `SELECT 1 FROM published_package WHERE file_id = $1 AND ${column} IS NOT NULL`,
      [fileId],
    );
    return rows.length;
  });

describe('a deleted package', () => {
  it('gives its fragments to agents that know of it until they are done, and its info file to nobody', async () => {
    const bytes = randomBytes(1_000);
    const fileId = await used.trial.publish([bytes]);
    await used.trial.tellDeleted(fileId);
    await columnSet('withdrawn_at', fileId);
    used.trial.forget();
    expect(await used.trial.download(fileId, 'info')).toBe(404);
    expect(await used.trial.download(fileId, `${fileId}-1`)).toEqual(bytes);
    await used.trial.get(FreeExpiredPackages).execute();
    await cleanUp();
    expect(await used.trial.download(fileId, `${fileId}-1`)).toEqual(bytes);
    await used.trial.tellReleased(fileId);
    await freed(fileId);
    expect(await used.trial.download(fileId, `${fileId}-1`)).toBe(404);
    await cleanUp();
    expect(await used.trial.keys(`package/${fileId}/`)).toEqual([]);
  });

  it('is gone at once when it is defective, and some minutes later its objects are', async () => {
    const fileId = await used.trial.publish([randomBytes(1_000)]);
    await used.trial.tellDeleted(fileId, { immediately: true });
    await freed(fileId);
    expect(await used.trial.download(fileId, `${fileId}-1`)).toBe(404);
    await used.trial.get(CleanUpObjects).execute(60_000);
    expect(await used.trial.keys(`package/${fileId}/`)).toHaveLength(2);
    await cleanUp();
    expect(await used.trial.keys(`package/${fileId}/`)).toEqual([]);
  });

  it('is gone once, in whatever order and however often that is told', async () => {
    const fileId = await used.trial.publish([randomBytes(1_000)]);
    await used.trial.tellReleased(fileId);
    await columnSet('released_at', fileId);
    expect(await used.trial.download(fileId, 'info')).toBeInstanceOf(Buffer);
    await used.trial.tellDeleted(fileId);
    await freed(fileId);
    const other = await used.trial.publish([randomBytes(1_000)]);
    for (const told of [fileId, other]) {
      await used.trial.tellDeleted(told);
      await used.trial.tellReleased(told);
      await used.trial.tellDeleted(told, { immediately: true });
    }
    await freed(other);
    await waitFor(async () => {
      const [row] = await used.trial.database.query<{ isQuiet: boolean }[]>(
        `SELECT (SELECT count(*) FROM outbox WHERE subject = ANY($1))
           = (SELECT count(*) FROM inbox WHERE consumer IN ('fragments.withdraw-package', 'fragments.release-package'))
           AS "isQuiet"`,
        [[packageDeleted.subject, packageReleased.subject]],
      );
      return row?.isQuiet;
    });
    const told = await used.trial.database.query<{ fileId: string }[]>(
      `SELECT payload ->> 'fileId' AS "fileId" FROM outbox WHERE subject = $1 AND payload ->> 'fileId' = ANY($2)
       ORDER BY id`,
      [packageFreed.subject, [fileId, other]],
    );
    expect(told).toEqual([{ fileId }, { fileId: other }]);
  });

  it('is gone after the days that it is kept, whether an agent asks or not', async () => {
    const [early, late] = [
      await used.trial.publish([randomBytes(10)]),
      await used.trial.publish([randomBytes(10)]),
    ];
    await used.trial.tellDeleted(early, { at: new Date(Date.now() - 31 * DAY_MS) });
    await used.trial.tellDeleted(late, { at: new Date(Date.now() - 29 * DAY_MS) });
    await columnSet('withdrawn_at', early);
    await columnSet('withdrawn_at', late);
    await used.trial.get(FreeExpiredPackages).execute();
    await freed(early);
    expect(await used.trial.download(late, `${late}-1`)).toBeInstanceOf(Buffer);
  });

  it('never comes back: nothing is stored or published under its file id', async () => {
    const fileId = newFileId();
    const blobs = await used.trial.store(fileId, [randomBytes(10)]);
    await used.trial.rpc.publishPackage({ fileId, blobs });
    await used.trial.tellDeleted(fileId, { immediately: true });
    await freed(fileId);
    const address = { area: 'package', owner: fileId, name: 'info' } as const;
    expect(await refusal(used.trial.rpc.publishPackage({ fileId, blobs }))).toBe(
      'FRAGMENTS_PACKAGE_PUBLISHED',
    );
    expect(await refusal(used.trial.put(address, Buffer.from('x')))).toBe('FRAGMENTS_PACKAGE_PUBLISHED');
  });
});

describe('contents of a deleted package', () => {
  it('stay for the packages that have the same, also when its blobs are deleted', async () => {
    const bytes = randomBytes(1_000);
    const kept = await used.trial.publish([bytes]);
    const deleted = await used.trial.publish([bytes]);
    expect(await used.trial.keyOf(kept, `${kept}-1`)).toBe(`package/${deleted}/${deleted}-1`);
    await used.trial.tellDeleted(deleted, { immediately: true });
    await freed(deleted);
    await used.trial.rpc.deleteBlobs({ area: 'package', owner: deleted });
    await cleanUp();
    expect(await used.trial.keys(`package/${deleted}/`)).toEqual([`package/${deleted}/${deleted}-1`]);
    expect(await used.trial.download(kept, `${kept}-1`)).toEqual(bytes);
    await used.trial.tellDeleted(kept, { immediately: true });
    await freed(kept);
    await cleanUp();
    expect(await used.trial.keys(`package/${deleted}/`)).toEqual([]);
  });

  it('are whole for a package that is published while the other is freed', async () => {
    const bytes = Array.from({ length: 8 }, () => randomBytes(2_000));
    for (let round = 0; round < 8; round++) {
      const old = await used.trial.publish(bytes);
      const fileId = newFileId();
      const blobs = await used.trial.store(fileId, bytes.toReversed());
      await Promise.all([
        used.trial.rpc.publishPackage({ fileId, blobs }),
        used.trial.tellDeleted(old, { immediately: true }),
        cleanUp(),
      ]);
      await freed(old);
      await cleanUp();
      for (const { name, sha256 } of blobs)
        expect(sha256Hex((await used.trial.download(fileId, name)) as Buffer)).toBe(sha256);
      await used.trial.tellDeleted(fileId, { immediately: true });
      await freed(fileId);
    }
    await cleanUp();
    const left: unknown[] = await used.trial.database.query('SELECT 1 FROM content WHERE sha256 = ANY($1)', [
      bytes.map(sha256Hex),
    ]);
    expect(left).toEqual([]);
  });

  it('are deleted by the next process when one dies between freeing and deleting', async () => {
    const fileId = await used.trial.publish([randomBytes(1_000)]);
    await used.trial.tellDeleted(fileId, { immediately: true });
    await freed(fileId);
    await used.trial.stop();
    await used.start();
    expect(await used.trial.keys(`package/${fileId}/`)).toHaveLength(2);
    await cleanUp();
    expect(await used.trial.keys(`package/${fileId}/`)).toEqual([]);
    expect(await used.trial.database.query('SELECT 1 FROM object_cleanup')).toEqual([]);
  });
});

describe('objects that no table knows', () => {
  const old = new Date(Date.now() - 3 * DAY_MS);
  const place = async (key: string, modifiedAt: Date): Promise<void> => {
    const path = join(used.directory, 'objects', key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'left');
    await utimes(path, modifiedAt, modifiedAt);
  };

  it('are deleted once no build can be under way that they belong to', async () => {
    const published = await used.trial.publish([randomBytes(100)]);
    for (const name of ['info', `${published}-1`])
      await utimes(join(used.directory, 'objects/package', published, name), old, old);
    const [given, building] = [newFileId(), newFileId()];
    await place(`package/${published}/${published}-2`, old);
    await place(`package/${published}/${published}-3`, new Date());
    await place(`package/${given}/${given}-1`, old);
    await place(`package/${building}/${building}-1`, old);
    await place(`package/${building}/${building}-2`, new Date());
    const sha256 = 'ab'.repeat(32);
    await place(`content/${sha256}/1`, old);
    await used.trial.get(RemoveOrphans).execute();
    expect(await used.trial.keys('content/')).toEqual([]);
    expect(await used.trial.keys(`package/${given}/`)).toEqual([]);
    expect(await used.trial.keys(`package/${building}/`)).toHaveLength(2);
    expect(await used.trial.keys(`package/${published}/`)).toEqual([
      `package/${published}/${published}-1`,
      `package/${published}/${published}-3`,
      `package/${published}/info`,
    ]);
  });
});
