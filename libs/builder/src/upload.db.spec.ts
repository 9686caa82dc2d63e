import { removeDirectory, temporaryDirectory, useDatabase, waitFor } from '@entrepot/testing';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { Upload as TusClient } from 'tus-js-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBuilder, TUS, type RunningBuilder } from './builder-program.spec-support.js';
import { FragmentsOnDisk } from './fragments-on-disk.spec-support.js';
import type { PackageView } from './package-view.js';
import { PruneUploads } from './prune-uploads.js';
import { PART_BYTES } from './receive-upload.js';

const used = useDatabase();
let directory = '';
let fragments: FragmentsOnDisk;
let builder: RunningBuilder;

beforeAll(async () => {
  directory = await temporaryDirectory('uploads');
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

const CHUNK_TYPE = { 'content-type': 'application/offset+octet-stream' };
const draft = (): Promise<PackageView> =>
  builder.create({ operatingSystem: 'windows', action: { kind: 'STORE', path: 'c:\\x' } });
const urlOf = (view: PackageView): string => builder.origin + (view.upload?.url ?? '');

async function viewOf({ id }: PackageView): Promise<PackageView> {
  return (await builder.call<PackageView>('GET', `/api/v1/packages/${id}`)).body;
}

function tus(
  view: PackageView,
  method: string,
  headers: Record<string, string>,
  body?: Buffer,
): Promise<Response> {
  return fetch(urlOf(view), { method, headers: { ...TUS, ...headers }, ...(body && { body }) });
}

function patch(
  view: PackageView,
  offset: number,
  body: Buffer,
  more: Record<string, string> = {},
): Promise<Response> {
  return tus(view, 'PATCH', { ...CHUNK_TYPE, 'upload-offset': String(offset), ...more }, body);
}

async function storedBytes(view: PackageView): Promise<Buffer> {
  const [row] = (await builder.database.query('SELECT id, storage_id FROM upload WHERE package_id = $1', [
    view.id,
  ])) as {
    id: string;
    storage_id: string;
  }[];
  const parts: { name: string }[] = await builder.database.query(
    'SELECT name FROM upload_part WHERE upload_id = $1 ORDER BY position',
    [row?.id],
  );
  const owner = row?.storage_id ?? '';
  return Buffer.concat(
    await Promise.all(parts.map(({ name }) => fragments.read({ area: 'upload', owner, name }))),
  );
}

function sendByTusClient(bytes: Buffer | Readable, options: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: 'Bearer t' };
    const callbacks = { onSuccess: () => resolve(), onError: reject };
    new TusClient(bytes, { headers, retryDelays: null, ...callbacks, ...options }).start();
  });
}

describe('an upload', () => {
  it('is the ordinary tus of tus-js-client, with upload.url as its endpoint', async () => {
    const view = await draft();
    const bytes = randomBytes(1_000_003);
    await sendByTusClient(bytes, { endpoint: urlOf(view), chunkSize: 300_000 });
    expect(await viewOf(view)).toMatchObject({
      state: 'uploaded',
      progress: { bytes: 1_000_003, total: 1_000_003 },
    });
    expect((await storedBytes(view)).equals(bytes)).toBe(true);
  });

  it('also takes upload.url as an upload that exists already, its length told at the end', async () => {
    const view = await draft();
    const bytes = randomBytes(1_000_003);
    const deferred = { uploadUrl: urlOf(view), uploadLengthDeferred: true, chunkSize: 400_000 };
    await sendByTusClient(Readable.from([bytes]), deferred);
    expect((await viewOf(view)).state).toBe('uploaded');
    expect((await storedBytes(view)).equals(bytes)).toBe(true);
  });

  it('also takes the length again in a later PATCH, when it is the same', async () => {
    const view = await draft();
    expect((await patch(view, 0, Buffer.from('abc'), { 'upload-length': '6' })).status).toBe(204);
    expect((await patch(view, 3, Buffer.from('d'), { 'upload-length': '7' })).status).toBe(400);
    expect((await patch(view, 3, Buffer.from('def'), { 'upload-length': '6' })).status).toBe(204);
    expect((await storedBytes(view)).toString()).toBe('abcdef');
  });

  it('is stored in parts and needs no place of its own', async () => {
    const view = await draft();
    const bytes = randomBytes(PART_BYTES + 5);
    await builder.upload(view, bytes);
    expect((await storedBytes(view)).equals(bytes)).toBe(true);
    const [{ count }] = (await builder.database.query(
      'SELECT count(*)::int FROM upload_part JOIN upload ON upload.id = upload_id WHERE package_id = $1',
      [view.id],
    )) as [{ count: number }];
    expect(count).toBe(2);
  });

  it('goes on after a broken connection from the last byte that arrived, also in a new process', async () => {
    const view = await draft();
    const bytes = randomBytes(PART_BYTES + 3_000_000);
    const sent = PART_BYTES + 1_000_000;
    await new Promise<void>((resolve) => {
      const headers = { ...TUS, ...CHUNK_TYPE, 'upload-offset': '0', 'upload-length': String(bytes.length) };
      const broken = request(urlOf(view), {
        method: 'PATCH',
        headers: { ...headers, 'content-length': bytes.length },
      });
      broken.on('error', () => undefined).on('close', resolve);
      broken.write(bytes.subarray(0, sent), () => broken.destroy());
    });
    // What is kept is whatever the server had read when the connection broke.
    const head = await waitFor(
      async () => {
        const response = await tus(view, 'HEAD', {});
        return Number(response.headers.get('upload-offset')) >= PART_BYTES && response;
      },
      { what: 'the rest to be kept' },
    );
    expect(head.headers.get('cache-control')).toBe('no-store');
    const second = await startBuilder(used.url(), fragments);
    const there = { ...view, upload: view.upload };
    const url = second.origin + (there.upload?.url ?? '');
    await sendByTusClient(bytes, { uploadUrl: url });
    await second.stop();
    expect((await storedBytes(view)).equals(bytes)).toBe(true);
    expect((await viewOf(view)).state).toBe('uploaded');
  });

  it('lets one of two senders in', async () => {
    const view = await draft();
    const slow = new Readable({ read: () => undefined });
    slow.push(Buffer.from('abc'));
    const first = fetch(urlOf(view), {
      method: 'PATCH',
      headers: { ...TUS, ...CHUNK_TYPE, 'upload-offset': '0', 'upload-length': '6' },
      body: Readable.toWeb(slow) as ReadableStream,
      duplex: 'half',
    } as RequestInit);
    const second = await waitFor(
      async () => {
        const response = await tus(view, 'HEAD', {});
        return response.status === 423 && (await patch(view, 0, Buffer.from('xyz')));
      },
      { what: 'the first to hold the upload' },
    );
    expect(second.status).toBe(423);
    expect(second.headers.get('content-type')).toBe('application/problem+json');
    slow.push(Buffer.from('def'));
    slow.push(null);
    expect((await first).status).toBe(204);
    expect((await patch(view, 3, Buffer.from('def'))).status).toBe(409);
    expect((await storedBytes(view)).toString()).toBe('abcdef');
  });

  it('starts over when it is created again', async () => {
    const view = await draft();
    await builder.upload(view, Buffer.from('old bytes'));
    const again = await tus(view, 'POST', { 'upload-length': '3' });
    expect(again.status).toBe(201);
    expect(again.headers.get('location')).toBe(view.upload?.url);
    expect(await viewOf(view)).toMatchObject({ state: 'draft', upload: { offset: 0, size: 3 } });
    await patch(view, 0, Buffer.from('new'));
    expect((await storedBytes(view)).toString()).toBe('new');
    expect(await fragments.owners('upload')).not.toHaveLength(0);
  });

  it('refuses what tus refuses, as problem documents', async () => {
    const view = await draft();
    expect((await patch(view, 5, Buffer.from('x'))).status).toBe(409);
    expect((await patch(view, 0, Buffer.from('four'), { 'upload-length': '3' })).status).toBe(413);
    expect((await fetch(`${urlOf(view)}x`, { method: 'HEAD', headers: TUS })).status).toBe(404);
    const nonsense = { ...TUS, ...CHUNK_TYPE, 'upload-offset': '0', 'upload-length': '1' };
    expect((await fetch(`${urlOf(view)}x`, { method: 'PATCH', headers: nonsense, body: 'x' })).status).toBe(
      404,
    );
    const unknown = await fetch(`${builder.origin}/api/v1/uploads/019355aa-0000-7000-8000-00000000000a`, {
      method: 'PATCH',
      headers: { ...TUS, ...CHUNK_TYPE, 'upload-offset': '0' },
      body: 'x',
    });
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ code: 'BUILDER_UPLOAD_REFUSED', status: 404 });
  });
});

it('keeps no more than the length that was told, however much is sent', async () => {
  const view = await draft();
  const response = await fetch(urlOf(view), {
    method: 'PATCH',
    headers: { ...TUS, ...CHUNK_TYPE, 'upload-offset': '0', 'upload-length': '3' },
    body: Readable.toWeb(Readable.from([Buffer.from('four')])) as ReadableStream,
    duplex: 'half',
  } as RequestInit);
  expect(response.status).toBe(413);
  expect((await viewOf(view)).upload).toMatchObject({ offset: 0, size: 3 });
});

describe('when storage is down', () => {
  it('refuses creation and bytes with a clear 503, and goes on when it is back', async () => {
    const view = await draft();
    await patch(view, 0, Buffer.from('abc'), { 'upload-length': '6' });
    fragments.failure = FragmentsOnDisk.down;
    const settings = { name: 'later', operatingSystem: 'linux', action: { kind: 'STORE', path: '/x' } };
    const problem = { code: 'BUILDER_STORAGE_UNAVAILABLE', status: 503 };
    expect(await builder.call('POST', '/api/v1/packages', settings)).toMatchObject({
      status: 503,
      body: problem,
    });
    expect((await tus(view, 'POST', { 'upload-length': '6' })).status).toBe(503);
    const refused = await patch(view, 3, Buffer.from('def'));
    expect(refused.headers.get('retry-after')).not.toBeNull();
    expect(await refused.json()).toMatchObject(problem);
    fragments.failure = () => undefined;
    expect((await patch(view, 3, Buffer.from('def'))).status).toBe(204);
    expect((await storedBytes(view)).toString()).toBe('abcdef');
  });

  it('loses only the part that was being stored when it fails midway', async () => {
    const view = await draft();
    const bytes = randomBytes(2 * PART_BYTES);
    fragments.failure = (call, name) => {
      if (call === 'putBlob' && name.startsWith(`part-${PART_BYTES}-`)) FragmentsOnDisk.down();
    };
    const refused = await patch(view, 0, bytes, { 'upload-length': String(bytes.length) });
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: 'BUILDER_STORAGE_UNAVAILABLE' });
    fragments.failure = () => undefined;
    const head = await tus(view, 'HEAD', {});
    expect(head.headers.get('upload-offset')).toBe(String(PART_BYTES));
    expect((await patch(view, PART_BYTES, bytes.subarray(PART_BYTES))).status).toBe(204);
    expect((await storedBytes(view)).equals(bytes)).toBe(true);
  });
});

it('frees what an upload holds that nobody has gone on with for a week', async () => {
  const view = await draft();
  await patch(view, 0, Buffer.from('abc'), { 'upload-length': '6' });
  await builder.database.query(
    "UPDATE upload SET changed_at = now() - interval '8 days' WHERE package_id = $1",
    [view.id],
  );
  await builder.get(PruneUploads).execute();
  expect(await viewOf(view)).toMatchObject({ state: 'draft', upload: { offset: 0, size: null } });
  expect(await storedBytes(view)).toHaveLength(0);
  await builder.upload(view, Buffer.from('abc'));
  expect((await viewOf(view)).state).toBe('uploaded');
});
