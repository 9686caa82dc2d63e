import { removeDirectory, temporaryDirectory, useDatabase, waitFor } from '@entrepot/testing';
import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBuilder, type RunningBuilder } from './builder-program.spec-support.js';
import { FragmentsOnDisk } from './fragments-on-disk.spec-support.js';
import type { PackageView } from './package-view.js';
import { zipOf } from './zip-of.spec-support.js';

const used = useDatabase();
let directory = '';
let fragments: FragmentsOnDisk;
let builder: RunningBuilder;

beforeAll(async () => {
  directory = await temporaryDirectory('builder');
  fragments = new FragmentsOnDisk(directory);
  builder = await startBuilder(used.url(), fragments);
});

afterEach(() => {
  fragments.failure = () => undefined;
});

afterAll(async () => {
  await builder.stop();
  await removeDirectory(directory);
});

const WINDOWS = { operatingSystem: 'windows', action: { kind: 'STORE', path: 'c:\\x' } };
const ARCHIVE = zipOf([
  ['setup.exe', 'MZ'],
  ['data.bin', randomBytes(500_001).toString('latin1')],
]);
const digest = (algorithm: string, bytes: Buffer): string =>
  createHash(algorithm).update(bytes).digest('hex');
const inPackage = (fileId: string, name: string): { area: 'package'; owner: string; name: string } => ({
  area: 'package',
  owner: fileId,
  name,
});

async function tarOf(name: string): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name }, 'echo hello');
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

async function uploaded(settings: object, archive = ARCHIVE): Promise<PackageView> {
  const view = await builder.create({ ...WINDOWS, ...settings });
  await builder.upload(view, archive);
  return view;
}

async function build(id: string): Promise<PackageView> {
  expect((await builder.call('POST', `/api/v1/packages/${id}/build`)).status).toBe(202);
  const ended = async (): Promise<PackageView | false> => {
    const { body } = await builder.call<PackageView>('GET', `/api/v1/packages/${id}`);
    return body.state !== 'building' && body;
  };
  return waitFor(ended, { what: 'the build to end', timeoutMs: 30_000 });
}

async function eventsOf(id: string): Promise<Record<string, unknown>[]> {
  const rows: { subject: string; payload: Record<string, unknown> }[] = await builder.database.query(
    'SELECT subject, payload FROM outbox WHERE ordering_key = $1 ORDER BY id',
    [id],
  );
  return rows.map(({ subject, payload }) => ({ subject, ...payload }));
}

describe('a package', () => {
  it('gets a file id of ten digits, a place for its archive, and warnings about what agents ignore', async () => {
    const view = await builder.create({ ...WINDOWS, operatingSystem: 'linux', notify: { text: 'hi' } });
    expect(view.fileId).toMatch(/^\d{10}$/);
    expect(view.state).toBe('draft');
    expect(view.upload?.url).toMatch(/^\/api\/v1\/uploads\/[0-9a-f-]{36}$/);
    expect(view.warnings.join()).toContain('notify');
  });

  it('has a name of its own, and says so when it has not', async () => {
    const { name } = await builder.create(WINDOWS);
    const { status, body } = await builder.call('POST', '/api/v1/packages', { ...WINDOWS, name });
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'BUILDER_PACKAGE_NAME_TAKEN', field: 'name' });
  });

  it('gets different file ids when many are made at once', async () => {
    const views = await Promise.all(Array.from({ length: 12 }, () => builder.create(WINDOWS)));
    expect(new Set(views.map(({ fileId }) => fileId)).size).toBe(12);
  });

  it('names the field of bad input', async () => {
    const { status, body } = await builder.call('POST', '/api/v1/packages', {
      ...WINDOWS,
      name: 'x',
      priority: 11,
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({ field: 'priority' });
  });

  it('is listed page by page, newest first', async () => {
    const made = [(await builder.create(WINDOWS)).id, (await builder.create(WINDOWS)).id];
    const first = await builder.call<{ items: PackageView[]; total: number; next: string }>(
      'GET',
      '/api/v1/packages?limit=1',
    );
    const second = await builder.call<{ items: PackageView[] }>(
      'GET',
      `/api/v1/packages?limit=1&cursor=${first.body.next}`,
    );
    expect([...second.body.items, ...first.body.items].map(({ id }) => id)).toEqual(made);
    expect(first.body.total).toBeGreaterThan(1);
  });

  it('can be deleted until it is built, with its upload', async () => {
    const view = await uploaded({});
    expect((await builder.call('DELETE', `/api/v1/packages/${view.id}`)).status).toBe(204);
    expect((await builder.call('GET', `/api/v1/packages/${view.id}`)).status).toBe(404);
    expect(await fragments.owners('upload')).toEqual([]);
  });

  it('is closed to callers without a token', async () => {
    expect((await fetch(`${builder.origin}/api/v1/packages`)).status).toBe(401);
    expect((await fetch(`${builder.origin}/api/v1/uploads/x`, { method: 'HEAD' })).status).toBe(401);
  });
});

describe('a build', () => {
  it.each([
    [{ count: 1 }, 1],
    [{ count: 4 }, 4],
    [{ sizeBytes: 100_003 }, Math.ceil(ARCHIVE.length / 100_003)],
  ])('with fragments %o stores an archive that agents can put together', async (rule, count) => {
    const { id, fileId } = await uploaded({ fragments: rule });
    const view = await build(id);
    expect(view).toMatchObject({
      state: 'built',
      fragmentCount: count,
      size: ARCHIVE.length,
      error: null,
      upload: null,
    });
    expect(view.digests).toEqual({ md5: digest('md5', ARCHIVE), sha256: digest('sha256', ARCHIVE) });
    const names = Array.from({ length: count }, (_, index) => `${fileId}-${index + 1}`);
    const pieces = await Promise.all(names.map((name) => fragments.read(inPackage(fileId, name))));
    expect(Buffer.concat(pieces).equals(ARCHIVE)).toBe(true);
    const info = (await fragments.read(inPackage(fileId, 'info'))).toString();
    expect(info).toContain(`FRAGS="${count}"`);
    expect(info).toContain(`DIGEST="${digest('md5', ARCHIVE)}"`);
    expect(info).not.toContain('PACK_LOC');
    expect(fragments.published.get(fileId)?.blobs.map(({ name }) => name)).toEqual([...names, 'info']);
    expect(await eventsOf(id)).toContainEqual(
      expect.objectContaining({ subject: 'ocs.evt.builder.package.built.v1', fileId, fragments: count }),
    );
    expect(view.progress).toEqual({ bytes: ARCHIVE.length * 2, total: ARCHIVE.length * 2 });
    await waitFor(async () => (await fragments.owners('upload')).length === 0, {
      what: 'the upload to be freed',
    });
  });

  it('of a Linux package launches a file of its tar.gz and names the place of its fragments', async () => {
    const launch = { operatingSystem: 'linux', action: { kind: 'LAUNCH', name: 'run.sh --quiet' } };
    const { id, fileId } = await uploaded(launch, await tarOf('./run.sh'));
    expect((await build(id)).state).toBe('built');
    const info = (await fragments.read(inPackage(fileId, 'info'))).toString();
    expect(info).toContain('PACK_LOC="ocs.example:8080/download"');
    expect(info).toContain('NAME="run.sh --quiet"');
  });

  it('of a command without an archive has no fragments', async () => {
    const action = { kind: 'EXECUTE', command: 'shutdown /r' };
    const view = await builder.create({ ...WINDOWS, action, hasArchive: false });
    expect(view.upload).toBeNull();
    const built = await build(view.id);
    expect(built).toMatchObject({
      state: 'built',
      fragmentCount: 0,
      size: 0,
      digests: { md5: '', sha256: '' },
    });
    expect((await fragments.read(inPackage(view.fileId, 'info'))).toString()).toContain(
      'DIGEST="" PROTO="HTTP" FRAGS="0"',
    );
  });

  it('is refused until the archive is complete, and once it is done', async () => {
    const draft = await builder.create(WINDOWS);
    const early = await builder.call('POST', `/api/v1/packages/${draft.id}/build`);
    expect(early).toMatchObject({ status: 409, body: { code: 'BUILDER_PACKAGE_STATE' } });
    const done = await uploaded({});
    await build(done.id);
    expect((await builder.call('POST', `/api/v1/packages/${done.id}/build`)).status).toBe(409);
    expect((await builder.call('DELETE', `/api/v1/packages/${done.id}`)).status).toBe(409);
  });

  it.each([
    ['no archive at all', WINDOWS, Buffer.from('hello'), 'BUILDER_ARCHIVE_UNREADABLE'],
    ['an empty file', WINDOWS, Buffer.alloc(0), 'BUILDER_ARCHIVE_UNREADABLE'],
    ['a path outside', WINDOWS, zipOf([['../x', 'y']]), 'BUILDER_ARCHIVE_UNSAFE_PATH'],
    [
      'a missing file',
      { action: { kind: 'LAUNCH', name: 'no.exe' } },
      ARCHIVE,
      'BUILDER_ARCHIVE_FILE_MISSING',
    ],
  ])('of %s fails at once with a reason and leaves nothing', async (_what, settings, archive, code) => {
    const { id, fileId } = await uploaded(settings, archive);
    const view = await build(id);
    expect(view).toMatchObject({ state: 'failed', error: { code } });
    expect(view.error?.reason).not.toBe('');
    expect(fragments.published.has(fileId)).toBe(false);
    await waitFor(async () => (await fragments.stored(inPackage(fileId, ''))).length === 0, {
      what: 'blobs to be freed',
    });
    expect(await eventsOf(id)).toContainEqual(
      expect.objectContaining({ subject: 'ocs.evt.builder.package.build-failed.v1', code }),
    );
  });

  it('that failed can be tried again, with the same or another archive', async () => {
    const view = await uploaded({}, Buffer.from('hello'));
    await build(view.id);
    expect((await build(view.id)).state).toBe('failed');
    const again = await fetch(builder.origin + (view.upload?.url ?? ''), {
      method: 'POST',
      headers: { authorization: 'Bearer t', 'tus-resumable': '1.0.0', 'upload-defer-length': '1' },
    });
    expect(again.status).toBe(201);
    await builder.upload(view, ARCHIVE);
    expect((await build(view.id)).state).toBe('built');
  });

  it('goes on by itself when storage fails midway and comes back; until then nothing is downloadable', async () => {
    const { id, fileId } = await uploaded({ fragments: { count: 4 } });
    let failures = 0;
    fragments.failure = (call, name) => {
      if (call !== 'putBlob' || name !== `${fileId}-3` || failures === 2) return;
      failures += 1;
      expect(fragments.published.has(fileId)).toBe(false);
      FragmentsOnDisk.down();
    };
    expect((await build(id)).state).toBe('built');
    expect(failures).toBe(2);
  });

  it('finishes what it has published when the answer was lost', async () => {
    const { id, fileId } = await uploaded({});
    let failures = 0;
    fragments.failure = (call) => {
      if (call === 'publishPackage' && failures++ === 0) FragmentsOnDisk.down();
    };
    expect((await build(id)).state).toBe('built');
    expect(fragments.published.get(fileId)?.blobs).toHaveLength(2);
  });

  it('notices stored bytes that are not what was sent', async () => {
    const { id, fileId } = await uploaded({});
    const read = fragments.getBlob.bind(fragments);
    fragments.getBlob = async function* (request) {
      for await (const { chunk } of read(request)) {
        const flipped = Buffer.from(chunk);
        if (request.address.name === `${fileId}-1`) flipped[0] = (flipped[0] ?? 0) ^ 1;
        yield { chunk: flipped };
      }
    };
    const view = await build(id);
    fragments.getBlob = read;
    expect(view).toMatchObject({ state: 'failed', error: { code: 'BUILDER_BYTES_DIFFER' } });
    expect(fragments.published.has(fileId)).toBe(false);
  });

  it('records who created, uploaded and built', async () => {
    const { id } = await uploaded({});
    await build(id);
    const trail = (await eventsOf(id)).filter(
      ({ subject }) => subject === 'ocs.evt.audit.change.recorded.v1',
    );
    expect(trail.map(({ action, accountName }) => [action, accountName])).toEqual([
      ['package.create', 'admin'],
      ['package.upload', 'admin'],
      ['package.build', 'admin'],
    ]);
  });
});
