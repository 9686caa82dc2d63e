import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { httpRequest, makeZip, waitFor } from '@entrepot/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { query } from '../installation/database.js';
import { startEmbedded, type EmbeddedInstallation } from '../installation/embedded-installation.js';
import { type CreatedPackage, type PackageView, uploadArchive } from '../installation/packages.js';

const FRAGMENTS = 8;
const MIB = 2 ** 20;

let installation: EmbeddedInstallation;
let archive: Buffer;
let builds = 0;

beforeAll(async () => {
  archive = makeZip({ 'noise.bin': { content: randomBytes(48 * MIB) } });
  installation = await startEmbedded();
});

afterAll(() => installation.stop());

/** A connection that holds others up: `sql` takes a lock that lasts until `end`. */
async function holding(sql: string, parameters: unknown[] = []): Promise<Client> {
  const client = new Client({ connectionString: installation.databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query(sql, parameters);
  return client;
}

const somebodyWaits = (): Promise<void> =>
  until('somebody to wait for a lock', `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`);

async function until(what: string, sql: string, parameters: unknown[] = []): Promise<void> {
  const isThere = async (): Promise<boolean> => (await query(installation, sql, parameters)).length > 0;
  await waitFor(isThere, { what, timeoutMs: 60_000, everyMs: 2 });
}

async function storedFragments(fileId: string): Promise<string[]> {
  const names = await readdir(join(installation.objectDirectory, 'objects/package', fileId)).catch(() => []);
  return names.filter((name) => /-\d+$/.test(name));
}

/** A package whose archive is there. */
async function uploaded(): Promise<CreatedPackage> {
  builds += 1;
  const api = await Api.login(installation);
  const created = await api.post<CreatedPackage>('/api/v1/packages', {
    name: `fault-${builds}`,
    operatingSystem: 'windows',
    action: { kind: 'STORE', path: 'c:\\x' },
    fragments: { count: FRAGMENTS },
  });
  await uploadArchive(installation.httpUrl, api, created.upload?.url ?? '', archive);
  return created;
}

async function ask({ id }: CreatedPackage): Promise<void> {
  await (await Api.login(installation)).post(`/api/v1/packages/${id}/build`);
}

async function asked(): Promise<CreatedPackage> {
  const made = await uploaded();
  await ask(made);
  return made;
}

/** Waits until a build has been tried in vain, and makes sure that nothing of it is offered. */
async function isHeldUp(made: CreatedPackage): Promise<void> {
  const tries = (): string[] =>
    installation.program.linesWith('A build did not succeed').filter((line) => line.includes(made.id));
  await waitFor(() => tries().length > 0, { what: 'the build to be tried', timeoutMs: 60_000 });
  expect((await viewOf(made.id)).state).toBe('building');
  await offersNothing(made);
}

const viewOf = async (id: string): Promise<PackageView> =>
  (await Api.login(installation)).get<PackageView>(`/api/v1/packages/${id}`);

async function download(fileId: string, name: string): Promise<{ status: number; body: Buffer }> {
  return httpRequest(`${installation.httpUrl}/download/${fileId}/${name}`);
}

/** Waits for the end of a build, and makes sure that agents get exactly what was uploaded. */
async function endsWhole({ id, fileId }: CreatedPackage): Promise<void> {
  const isOver = async (): Promise<boolean> => (await viewOf(id)).state !== 'building';
  await waitFor(isOver, { what: 'the build to end', timeoutMs: 180_000 });
  expect(await viewOf(id)).toMatchObject({ state: 'built', fragmentCount: FRAGMENTS, error: null });
  const pieces = [];
  for (let n = 1; n <= FRAGMENTS; n++) pieces.push(await download(fileId, `${fileId}-${n}`));
  expect(pieces.map(({ status }) => status)).toEqual(pieces.map(() => 200));
  expect(Buffer.concat(pieces.map(({ body }) => body)).equals(archive)).toBe(true);
  const md5 = createHash('md5').update(archive).digest('hex');
  expect((await download(fileId, 'info')).body.toString()).toContain(`DIGEST="${md5}"`);
}

async function offersNothing({ fileId }: CreatedPackage): Promise<void> {
  for (const name of ['info', `${fileId}-1`, `${fileId}-${FRAGMENTS}`])
    expect((await download(fileId, name)).status).toBe(404);
}

async function isMade({ id }: CreatedPackage): Promise<void> {
  const sql = 'SELECT FROM builder.package WHERE id = $1 AND manifest IS NOT NULL';
  await until('the package to be made', sql, [id]);
}

describe('a build whose process is killed', () => {
  it('as soon as it was asked for is made after the restart', async () => {
    const made = await asked();
    await installation.program.kill();
    await installation.program.start();
    await endsWhole(made);
  });

  it('while it cuts is made anew, and nothing is offered before', async () => {
    const made = await asked();
    await waitFor(async () => (await storedFragments(made.fileId)).length > 0, {
      what: 'the first fragment',
      everyMs: 1,
    });
    // Whoever stores a fragment asks first whether its package is published.
    const lock = await holding('LOCK TABLE fragments.published_blob IN ACCESS EXCLUSIVE MODE');
    await somebodyWaits();
    expect((await storedFragments(made.fileId)).length).toBeLessThan(FRAGMENTS);
    await installation.program.kill();
    await lock.end();
    await installation.program.start();
    await endsWhole(made);
  });

  it('while what it stored is read back is made anew', async () => {
    const made = await asked();
    await until(
      'the build to tell how far it is',
      'SELECT FROM builder.package WHERE id = $1 AND progress_total > 0',
      [made.id],
    );
    // The next that it tells is its end, when the last byte has been read back.
    const lock = await holding('SELECT FROM builder.package WHERE id = $1 FOR UPDATE', [made.id]);
    await somebodyWaits();
    await installation.program.kill();
    await lock.end();
    expect(
      await query(installation, 'SELECT manifest FROM builder.package WHERE id = $1', [made.id]),
    ).toEqual([{ manifest: null }]);
    await installation.program.start();
    await endsWhole(made);
  });

  it('before it publishes what it has made publishes that after the restart', async () => {
    const lock = await holding('LOCK TABLE fragments.published_package IN SHARE MODE');
    const made = await asked();
    await isMade(made);
    await somebodyWaits();
    await offersNothing(made);
    await installation.program.kill();
    await lock.end();
    await installation.program.start();
    await endsWhole(made);
  });

  it('between publishing and calling it built is called built after the restart', async () => {
    const publishing = await holding('LOCK TABLE fragments.published_package IN SHARE MODE');
    const made = await asked();
    await isMade(made);
    const finishing = await holding('SELECT FROM builder.package WHERE id = $1 FOR UPDATE', [made.id]);
    await publishing.end();
    await until('it to be published', 'SELECT FROM fragments.published_blob WHERE file_id = $1', [
      made.fileId,
    ]);
    await somebodyWaits();
    await installation.program.kill();
    await finishing.end();
    await installation.program.start();
    await endsWhole(made);
  });
});

describe('a build whose object store', () => {
  it('is down waits for it, and offers nothing meanwhile', async () => {
    const incoming = join(installation.objectDirectory, 'incoming');
    const made = await uploaded();
    await rename(incoming, `${incoming}-away`);
    await ask(made);
    await isHeldUp(made);
    await rename(`${incoming}-away`, incoming);
    await endsWhole(made);
  });

  it('is full waits for room, and offers nothing meanwhile', async () => {
    const { program, objectDirectory } = installation;
    const megabytes = Math.ceil((1.5 * archive.length) / MIB);
    await program.stop();
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', objectDirectory]);
    try {
      await program.start();
      const made = await asked();
      await isHeldUp(made);
      expect(await storedFragments(made.fileId)).not.toHaveLength(FRAGMENTS);
      execFileSync('mount', ['-o', `remount,size=${4 * megabytes}m`, objectDirectory]);
      await endsWhole(made);
    } finally {
      await program.stop();
      execFileSync('umount', [objectDirectory]);
    }
    await program.start();
  });
});
