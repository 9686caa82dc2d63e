import { packageDoubted } from '@entrepot/contracts';
import { sha256Hex, type FileId } from '@entrepot/kernel';
import { ObjectStoreModule } from '@entrepot/platform-object-store';
import { removeDirectory, temporaryDirectory, useDatabase, waitFor } from '@entrepot/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CleanUpObjects } from '../storage/clean-up-objects.js';
import { StorageTrial } from '../storage/storage-trial.spec-support.js';
import { ScrubContents } from './scrub-contents.js';
import { VerifyPackage } from './verify-package.js';

const used = useDatabase();
let directory = '';
let trial: StorageTrial;
/** Other places that have files, by the path or URL that they are asked for. */
let elsewhere: Server;
let port = 0;
const files = new Map<string, Buffer>();
const asked: { readonly url: string; readonly cacheControl: string | undefined }[] = [];

beforeAll(async () => {
  directory = await temporaryDirectory('fragments');
  elsewhere = createServer((request: IncomingMessage, response) => {
    const url = request.url ?? '';
    asked.push({ url, cacheControl: request.headers['cache-control'] });
    const bytes = files.get(url);
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  ({ port } = elsewhere.address() as AddressInfo);
  trial = await StorageTrial.start({
    databaseUrl: used.url(),
    store: ObjectStoreModule.disk({ directory }),
    repairSources: ['http://127.0.0.1:1/dead', `http://127.0.0.1:${port}/other`],
  });
});

afterAll(async () => {
  await trial.stop();
  elsewhere.close();
  await removeDirectory(directory);
});

beforeEach(() => {
  files.clear();
  asked.length = 0;
});

const fileOf = async (fileId: FileId, name = `${fileId}-1`): Promise<string> =>
  join(directory, 'objects', (await trial.keyOf(fileId, name)) ?? 'none');

/** As a disk does it: the length stays, and so does every note beside it. */
async function flipBit(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

const verify = (fileId: FileId): Promise<void> => trial.get(VerifyPackage).execute(fileId);
const heardVerified = (fileId: FileId, times = 1): Promise<unknown> =>
  waitFor(() => {
    const heard = trial.heard.verified.filter((event) => event.fileId === fileId);
    return heard.length >= times ? heard.at(-1) : null;
  });
const setBack = (bytes: Buffer, days: number): Promise<unknown> =>
  trial.database.query(
    "UPDATE content SET stored_at = now() - $2 * interval '1 day', verified_at = NULL WHERE sha256 = $1",
    [sha256Hex(bytes), days],
  );
const verifiedAt = async (bytes: Buffer): Promise<Date | null | undefined> => {
  const rows = await trial.database.query<{ at: Date | null }[]>(
    'SELECT verified_at AS at FROM content WHERE sha256 = $1',
    [sha256Hex(bytes)],
  );
  return rows[0]?.at;
};

describe('a package that is read again', () => {
  it('is said to be right when it is', async () => {
    const fileId = await trial.publish([randomBytes(1_000), randomBytes(1_000)]);
    await verify(fileId);
    expect(await heardVerified(fileId)).toMatchObject({ intact: true, damaged: [] });
  });

  it('is said to be wrong in the fragment of which a bit flipped, and no package serves those bytes', async () => {
    const bytes = randomBytes(1_000);
    const first = await trial.publish([bytes]);
    const second = await trial.publish([randomBytes(1_000), bytes]);
    await flipBit(await fileOf(first));
    await verify(second);
    expect(await heardVerified(second)).toMatchObject({ intact: false, damaged: [`${second}-2`] });
    expect(await trial.download(first, `${first}-1`)).toBe(503);
    expect(await trial.download(second, `${second}-2`)).toBe(503);
    expect(await trial.download(second, `${second}-1`)).toBeInstanceOf(Buffer);
    const failed = await waitFor(() => trial.heard.failed.find(({ sha256 }) => sha256 === sha256Hex(bytes)));
    expect(failed.files).toEqual([
      { fileId: second, name: `${second}-2` },
      { fileId: first, name: `${first}-1` },
    ]);
    const metrics = await (await fetch(`${trial.origin}/metrics`)).text();
    expect(metrics).toMatch(/fragments_integrity_failures_total\S* 1\b/);
    expect(metrics).toMatch(/fragments_contents_bytes\S* [1-9]/);
    expect(metrics).toMatch(/fragments_scrubbed_bytes_total\S* [1-9]/);
  });

  it.each([
    ['missing', (path: string) => rm(path)],
    ['cut', (path: string) => writeFile(path, 'x')],
    ['longer', (path: string) => writeFile(path, Buffer.alloc(1_001))],
  ])('is said to be wrong when an object is %s', async (_what, damage) => {
    const fileId = await trial.publish([randomBytes(1_000)]);
    await damage(await fileOf(fileId));
    await verify(fileId);
    expect(await heardVerified(fileId)).toMatchObject({ intact: false, damaged: [`${fileId}-1`] });
  });

  it('is not called wrong while the whole store is away', async () => {
    const bytes = randomBytes(1_000);
    const fileId = await trial.publish([bytes]);
    await rename(directory, `${directory}-away`);
    await expect(verify(fileId)).rejects.toMatchObject({ code: 'OBJECT_STORE_UNAVAILABLE' });
    await rename(`${directory}-away`, directory);
    expect(await trial.download(fileId, `${fileId}-1`)).toEqual(bytes);
  });

  it('is not read twice for what was asked while it was read, but again for what is asked afterwards', async () => {
    const bytes = randomBytes(1_000);
    const fileId = await trial.publish([bytes]);
    const asked = 'UPDATE published_package SET verification_asked_at = now() WHERE file_id = $1';
    await trial.database.query(asked, [fileId]);
    await verify(fileId);
    const first = await verifiedAt(bytes);
    await verify(fileId);
    expect(await verifiedAt(bytes)).toEqual(first);
    await flipBit(await fileOf(fileId));
    await trial.database.query(asked, [fileId]);
    await verify(fileId);
    expect(await heardVerified(fileId, 3)).toMatchObject({ intact: false, damaged: [`${fileId}-1`] });
  });

  it('is read once a minute at the most, however many machines doubt it', async () => {
    const fileId = await trial.publish([randomBytes(1_000)]);
    for (let machine = 0; machine < 5; machine++)
      await trial.tell(packageDoubted, {
        ...{ packageId: randomUUID(), deliveryId: randomUUID(), deviceId: randomUUID() },
        ...{ fileId, code: 'ERR_BAD_DIGEST', at: new Date().toISOString() },
      });
    await heardVerified(fileId);
    await waitFor(async () => {
      const rows: unknown[] = await trial.database.query(
        "SELECT 1 FROM inbox WHERE consumer = 'fragments.doubt-package'",
      );
      return rows.length === 5;
    });
    const jobs: unknown[] = await trial.database.query(
      "SELECT 1 FROM outbox WHERE subject LIKE '%verify-package%' AND payload ->> 'fileId' = $1",
      [fileId],
    );
    expect(jobs).toHaveLength(1);
  });
});

describe('damaged bytes', () => {
  it('are replaced from another server, but only by the right ones', async () => {
    const bytes = randomBytes(1_000);
    const fileId = await trial.publish([bytes]);
    const damagedPath = await fileOf(fileId);
    const path = `/other/${fileId}/${fileId}-1`;
    files.set(path, Buffer.from(bytes).fill(0, 0, 1));
    await flipBit(damagedPath);
    await verify(fileId);
    expect(await heardVerified(fileId)).toMatchObject({ intact: false });
    files.set(path, bytes);
    await verify(fileId);
    expect(await heardVerified(fileId, 2)).toMatchObject({ intact: true, damaged: [] });
    expect(await trial.download(fileId, `${fileId}-1`)).toEqual(bytes);
    const restored = await waitFor(() =>
      trial.heard.restored.find(({ sha256 }) => sha256 === sha256Hex(bytes)),
    );
    expect(restored.source).toBe(`http://127.0.0.1:${port}/other`);
    await trial.get(CleanUpObjects).execute(0);
    await expect(readFile(damagedPath)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await trial.download(fileId, `${fileId}-1`)).toEqual(bytes);
  });

  it('are not sought in a proxy cache that the last probe did not reach', async () => {
    await trial.database.query(
      `INSERT INTO proxy_cache (id, name, kind, host, port, path, created_at, probe)
       VALUES ($1, 'away', 'accelerator', '127.0.0.1', $2, 'away', now(), '{"reachable": false}')`,
      [randomUUID(), port],
    );
    const fileId = await trial.publish([randomBytes(1_000)]);
    await flipBit(await fileOf(fileId));
    await verify(fileId);
    expect(asked.map(({ url }) => url)).toEqual([`/other/${fileId}/${fileId}-1`]);
    await trial.database.query('DELETE FROM proxy_cache');
  });

  it.each([
    ['forward', (fileId: string) => `http://here:8080/download/${fileId}/${fileId}-1`],
    ['accelerator', (fileId: string) => `/site/${fileId}/${fileId}-1`],
  ])('are replaced from a %s proxy cache, which is asked for what it has only', async (kind, urlOf) => {
    await trial.database.query(
      `INSERT INTO proxy_cache (id, name, kind, host, port, path, created_at)
       VALUES ($1, $2, $2, '127.0.0.1', $3, $4, now())`,
      [randomUUID(), kind, port, kind === 'forward' ? '' : 'site'],
    );
    const bytes = randomBytes(1_000);
    const fileId = await trial.publish([bytes]);
    files.set(urlOf(fileId), bytes);
    await flipBit(await fileOf(fileId));
    await verify(fileId);
    expect(await heardVerified(fileId)).toMatchObject({ intact: true });
    expect(asked.at(-1)).toEqual({ url: urlOf(fileId), cacheControl: 'only-if-cached' });
    expect(await trial.download(fileId, `${fileId}-1`)).toEqual(bytes);
    await trial.database.query('DELETE FROM proxy_cache');
  });

  it('are served again when they turn out to be right after all', async () => {
    const bytes = randomBytes(1_000);
    const fileId = await trial.publish([bytes]);
    const path = await fileOf(fileId);
    await rename(path, `${path}.away`);
    await verify(fileId);
    expect(await trial.download(fileId, `${fileId}-1`)).toBe(503);
    await rename(`${path}.away`, path);
    await verify(fileId);
    expect(await trial.download(fileId, `${fileId}-1`)).toEqual(bytes);
    const restored = await waitFor(() =>
      trial.heard.restored.find(({ sha256 }) => sha256 === sha256Hex(bytes)),
    );
    expect(restored.source).toBe('its own object');
  });
});

describe('the scrub', () => {
  it('reads what is past its term, finds a flipped bit, and leaves what was read lately', async () => {
    const [old, rotten, young] = [randomBytes(2_000), randomBytes(2_000), randomBytes(2_000)];
    const fileId = await trial.publish([old, rotten, young]);
    await setBack(old, 31);
    await setBack(rotten, 32);
    await flipBit(await fileOf(fileId, `${fileId}-2`));
    await trial.get(ScrubContents).execute();
    expect(await verifiedAt(old)).toBeInstanceOf(Date);
    expect(await verifiedAt(young)).toBeNull();
    expect(await trial.download(fileId, `${fileId}-1`)).toEqual(old);
    expect(await trial.download(fileId, `${fileId}-2`)).toBe(503);
  });

  it('goes on behind objects that the store fails on, of which it says nothing', async () => {
    const parts = Array.from({ length: 5 }, () => randomBytes(1_000));
    const fileId = await trial.publish(parts);
    for (const [index, part] of parts.entries()) await setBack(part, 50 - index);
    for (const n of [1, 2, 3, 4]) {
      const path = await fileOf(fileId, `${fileId}-${n}`);
      await rm(path);
      await symlink(path, path);
    }
    await trial.get(ScrubContents).execute();
    expect(await Promise.all(parts.map(verifiedAt))).toEqual([null, null, null, null, expect.any(Date)]);
    const damaged: unknown[] = await trial.database.query(
      'SELECT 1 FROM content JOIN published_blob USING (sha256) WHERE file_id = $1 AND damaged_at IS NOT NULL',
      [fileId],
    );
    expect(damaged).toEqual([]);
    await trial.database.query('UPDATE content SET verified_at = now()');
  });

  it('reads a share of what is in the second half of its term, longest unread first', async () => {
    const parts = [randomBytes(3_000), randomBytes(3_000)];
    await trial.publish(parts);
    await setBack(parts[0] as Buffer, 20);
    await setBack(parts[1] as Buffer, 25);
    await trial.get(ScrubContents).execute();
    expect(await Promise.all(parts.map(verifiedAt))).toEqual([null, expect.any(Date)]);
  });

  it('tries each hour to repair what is damaged', async () => {
    const bytes = randomBytes(1_000);
    const fileId = await trial.publish([bytes]);
    await flipBit(await fileOf(fileId));
    await verify(fileId);
    files.set(`/other/${fileId}/${fileId}-1`, bytes);
    await trial.get(ScrubContents).execute();
    expect(await trial.download(fileId, `${fileId}-1`)).toBe(503);
    await trial.database.query("UPDATE content SET repair_tried_at = repair_tried_at - interval '1 hour'");
    await trial.get(ScrubContents).execute();
    expect(await trial.download(fileId, `${fileId}-1`)).toEqual(bytes);
  });
});
