import { Clock } from '@entrepot/kernel';
import { waitFor } from '@entrepot/testing';
import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, it, vi } from 'vitest';
import { FragmentsOnDisk } from '../fragments-on-disk.spec-support.js';
import type { PackageView } from '../packages/package-view.js';
import { useBuilder, WINDOWS } from '../use-builder.spec-support.js';
import { zipOf } from '../archives/zip-of.spec-support.js';

const used = useBuilder();

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

function uploaded(settings: object, archive = ARCHIVE): Promise<PackageView> {
  return used.uploaded(settings, archive);
}

describe('a package', () => {
  it('gets a file id of ten digits, a place for its archive, and warnings about what agents ignore', async () => {
    const view = await used.builder.create({ ...WINDOWS, operatingSystem: 'linux', notify: { text: 'hi' } });
    expect(view.fileId).toMatch(/^\d{10}$/);
    expect(view.state).toBe('draft');
    expect(view.upload?.url).toMatch(/^\/api\/v1\/uploads\/[0-9a-f-]{36}$/);
    expect(view.warnings).toContainEqual(expect.objectContaining({ field: 'notify' }));
  });

  it('has a name of its own, and says so when it has not', async () => {
    const { name } = await used.builder.create(WINDOWS);
    const { status, body } = await used.builder.call('POST', '/api/v1/packages', { ...WINDOWS, name });
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'BUILDER_PACKAGE_NAME_TAKEN', field: 'name' });
  });

  it('gets different file ids when many are made at once', async () => {
    const views = await Promise.all(Array.from({ length: 12 }, () => used.builder.create(WINDOWS)));
    expect(new Set(views.map(({ fileId }) => fileId)).size).toBe(12);
  });

  it('never gets the file id of another one, even of one that is deleted', async () => {
    vi.spyOn(used.builder.get(Clock), 'now').mockReturnValue(new Date('2036-01-01T00:00:00Z'));
    const first = await used.builder.create(WINDOWS);
    expect((await used.builder.call('DELETE', `/api/v1/packages/${first.id}`)).status).toBe(204);
    expect(Number((await used.builder.create(WINDOWS)).fileId)).toBe(Number(first.fileId) + 1);
  });

  it('names the field of bad input', async () => {
    const { status, body } = await used.builder.call('POST', '/api/v1/packages', {
      ...WINDOWS,
      name: 'x',
      priority: 11,
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({ field: 'priority' });
  });

  it('is listed page by page, newest first', async () => {
    const made = [(await used.builder.create(WINDOWS)).id, (await used.builder.create(WINDOWS)).id];
    const first = await used.builder.call<{ items: PackageView[]; total: number; next: string }>(
      'GET',
      '/api/v1/packages?limit=1',
    );
    const second = await used.builder.call<{ items: PackageView[] }>(
      'GET',
      `/api/v1/packages?limit=1&cursor=${first.body.next}`,
    );
    expect([...second.body.items, ...first.body.items].map(({ id }) => id)).toEqual(made);
    expect(first.body.total).toBeGreaterThan(1);
  });

  it('can be deleted until it is built, with its upload', async () => {
    const view = await uploaded({});
    const before = await used.storageOf(view);
    expect((await used.builder.call('DELETE', `/api/v1/packages/${view.id}`)).status).toBe(204);
    expect((await used.builder.call('GET', `/api/v1/packages/${view.id}`)).status).toBe(404);
    await used.freed(before);
  });

  it('is closed to callers without a token', async () => {
    expect((await fetch(`${used.builder.origin}/api/v1/packages`)).status).toBe(401);
    expect((await fetch(`${used.builder.origin}/api/v1/uploads/x`, { method: 'HEAD' })).status).toBe(401);
  });
});

describe('a build', () => {
  it.each([
    [{ count: 1 }, 1, 1],
    [{ count: 4 }, 4, 2],
    [{ sizeBytes: 100_003 }, Math.ceil(ARCHIVE.length / 100_003), 2],
  ])('with fragments %o stores an archive that agents can put together', async (rule, count, readings) => {
    const { id, fileId } = await uploaded({ fragments: rule });
    const view = await used.build(id);
    expect(view).toMatchObject({
      state: 'built',
      fragmentCount: count,
      size: ARCHIVE.length,
      error: null,
      upload: null,
    });
    expect(view.digests).toEqual({ md5: digest('md5', ARCHIVE), sha256: digest('sha256', ARCHIVE) });
    const names = Array.from({ length: count }, (_, index) => `${fileId}-${index + 1}`);
    const pieces = await Promise.all(names.map((name) => used.fragments.read(inPackage(fileId, name))));
    expect(Buffer.concat(pieces).equals(ARCHIVE)).toBe(true);
    const info = (await used.fragments.read(inPackage(fileId, 'info'))).toString();
    expect(info).toContain(`FRAGS="${count}"`);
    expect(info).toContain(`DIGEST="${digest('md5', ARCHIVE)}"`);
    expect(info).not.toContain('PACK_LOC');
    expect(used.fragments.published.get(fileId)?.blobs.map(({ name }) => name)).toEqual([...names, 'info']);
    expect(await used.eventsOf(id)).toContainEqual(
      expect.objectContaining({ subject: 'ocs.evt.builder.package.built.v1', fileId, fragments: count }),
    );
    const bytes = ARCHIVE.length * readings;
    expect(view.progress).toEqual({ bytes, total: bytes });
    await waitFor(async () => (await used.fragments.owners('upload')).length === 0, {
      what: 'the upload to be freed',
    });
  });

  it('of a Linux package launches a file of its tar.gz and names the place of its fragments', async () => {
    const launch = { operatingSystem: 'linux', action: { kind: 'LAUNCH', name: 'run.sh --quiet' } };
    const { id, fileId } = await uploaded(launch, await tarOf('./run.sh'));
    expect((await used.build(id)).state).toBe('built');
    const info = (await used.fragments.read(inPackage(fileId, 'info'))).toString();
    expect(info).toContain('PACK_LOC="ocs.example:8080/download"');
    expect(info).toContain('NAME="run.sh --quiet"');
  });

  it('of a command without an archive has no fragments', async () => {
    const action = { kind: 'EXECUTE', command: 'shutdown /r' };
    const view = await used.builder.create({ ...WINDOWS, action, hasArchive: false });
    expect(view.upload).toBeNull();
    const built = await used.build(view.id);
    expect(built).toMatchObject({
      state: 'built',
      fragmentCount: 0,
      size: 0,
      digests: { md5: '', sha256: '' },
    });
    expect((await used.fragments.read(inPackage(view.fileId, 'info'))).toString()).toContain(
      'DIGEST="" PROTO="HTTP" FRAGS="0"',
    );
  });

  it('is refused until the archive is complete, and once it is done', async () => {
    const draft = await used.builder.create(WINDOWS);
    const early = await used.builder.call('POST', `/api/v1/packages/${draft.id}/build`);
    expect(early).toMatchObject({ status: 409, body: { code: 'BUILDER_PACKAGE_STATE' } });
    const done = await uploaded({});
    await used.build(done.id);
    expect((await used.builder.call('POST', `/api/v1/packages/${done.id}/build`)).status).toBe(409);
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
    const view = await used.build(id);
    expect(view).toMatchObject({ state: 'failed', error: { code } });
    expect(view.error?.reason).not.toBe('');
    expect(used.fragments.published.has(fileId)).toBe(false);
    await waitFor(async () => (await used.fragments.stored(inPackage(fileId, ''))).length === 0, {
      what: 'blobs to be freed',
    });
    expect(await used.eventsOf(id)).toContainEqual(
      expect.objectContaining({ subject: 'ocs.evt.builder.package.build-failed.v1', code }),
    );
  });

  it('that failed can be tried again, with the same or another archive', async () => {
    const view = await uploaded({}, Buffer.from('hello'));
    await used.build(view.id);
    expect((await used.build(view.id)).state).toBe('failed');
    const again = await fetch(used.builder.origin + (view.upload?.url ?? ''), {
      method: 'POST',
      headers: { authorization: 'Bearer t', 'tus-resumable': '1.0.0', 'upload-defer-length': '1' },
    });
    expect(again.status).toBe(201);
    await used.builder.upload(view, ARCHIVE);
    expect((await used.build(view.id)).state).toBe('built');
  });

  it('goes on by itself when storage fails midway and comes back; until then nothing is downloadable', async () => {
    const { id, fileId } = await uploaded({ fragments: { count: 4 } });
    let failures = 0;
    used.fragments.failure = (call, name) => {
      if (call !== 'putBlob' || name !== `${fileId}-3` || failures === 2) return;
      failures += 1;
      expect(used.fragments.published.has(fileId)).toBe(false);
      FragmentsOnDisk.down();
    };
    expect((await used.build(id)).state).toBe('built');
    expect(failures).toBe(2);
  });

  it('finishes what it has published when the answer was lost', async () => {
    const { id, fileId } = await uploaded({});
    let failures = 0;
    used.fragments.failure = (call) => {
      if (call === 'publishPackage' && failures++ === 0) FragmentsOnDisk.down();
    };
    expect((await used.build(id)).state).toBe('built');
    expect(used.fragments.published.get(fileId)?.blobs).toHaveLength(2);
  });

  it('notices stored bytes that are not what was sent', async () => {
    const { id, fileId } = await uploaded({});
    const read = used.fragments.getBlob.bind(used.fragments);
    used.fragments.getBlob = async function* (request) {
      for await (const { chunk } of read(request)) {
        const flipped = Buffer.from(chunk);
        if (request.address.name === `${fileId}-1`) flipped[0] = (flipped[0] ?? 0) ^ 1;
        yield { chunk: flipped };
      }
    };
    const view = await used.build(id);
    used.fragments.getBlob = read;
    expect(view).toMatchObject({ state: 'failed', error: { code: 'BUILDER_BYTES_DIFFER' } });
    expect(used.fragments.published.has(fileId)).toBe(false);
  });

  it('records who created, uploaded and built', async () => {
    const { id } = await uploaded({});
    await used.build(id);
    const trail = (await used.eventsOf(id)).filter(
      ({ subject }) => subject === 'ocs.evt.audit.change.recorded.v1',
    );
    expect(trail.map(({ action, accountName }) => [action, accountName])).toEqual([
      ['package.create', 'admin'],
      ['package.upload', 'admin'],
      ['package.build', 'admin'],
    ]);
  });
});
