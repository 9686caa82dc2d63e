import { waitFor } from '@entrepot/testing';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { Upload as TusClient } from 'tus-js-client';
import { describe, expect, it } from 'vitest';
import { startBuilder, TUS } from '../builder-program.spec-support.js';
import { FragmentsOnDisk } from '../fragments-on-disk.spec-support.js';
import type { PackageView } from '../packages/package-view.js';
import { PruneUploads } from './prune-uploads.js';
import { PART_BYTES } from './cut-upload.js';
import { useBuilder, WINDOWS } from '../use-builder.spec-support.js';

const used = useBuilder();

const CHUNK_TYPE = { 'content-type': 'application/offset+octet-stream' };
const draft = (): Promise<PackageView> => used.builder.create(WINDOWS);

async function storedBytes(view: PackageView): Promise<Buffer> {
  const parts: { name: string }[] = await used.builder.database.query(
    `SELECT name FROM upload_part JOIN upload ON upload.id = upload_id
     WHERE package_id = $1 ORDER BY upload_part.position`,
    [view.id],
  );
  const owner = await used.storageOf(view);
  return Buffer.concat(
    await Promise.all(parts.map(({ name }) => used.fragments.read({ area: 'upload', owner, name }))),
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
    await sendByTusClient(bytes, { endpoint: used.uploadUrl(view), chunkSize: 300_000 });
    expect(await used.view(view)).toMatchObject({
      state: 'uploaded',
      progress: { bytes: 1_000_003, total: 1_000_003 },
    });
    expect((await storedBytes(view)).equals(bytes)).toBe(true);
  });

  it('also takes upload.url as an upload that exists already, its length told at the end', async () => {
    const view = await draft();
    const bytes = randomBytes(1_000_003);
    const deferred = { uploadUrl: used.uploadUrl(view), uploadLengthDeferred: true, chunkSize: 400_000 };
    await sendByTusClient(Readable.from([bytes]), deferred);
    expect((await used.view(view)).state).toBe('uploaded');
    expect((await storedBytes(view)).equals(bytes)).toBe(true);
  });

  it('also takes the length again in a later PATCH, when it is the same', async () => {
    const view = await draft();
    expect((await used.patch(view, 0, Buffer.from('abc'), { 'upload-length': '6' })).status).toBe(204);
    expect((await used.patch(view, 3, Buffer.from('d'), { 'upload-length': '7' })).status).toBe(400);
    expect((await used.patch(view, 3, Buffer.from('def'), { 'upload-length': '6' })).status).toBe(204);
    expect((await storedBytes(view)).toString()).toBe('abcdef');
  });

  it('is stored in parts and needs no place of its own', async () => {
    const view = await draft();
    const bytes = randomBytes(PART_BYTES + 5);
    await used.builder.upload(view, bytes);
    expect((await storedBytes(view)).equals(bytes)).toBe(true);
    const [{ count }] = (await used.builder.database.query(
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
      const broken = request(used.uploadUrl(view), {
        method: 'PATCH',
        headers: { ...headers, 'content-length': bytes.length },
      });
      broken.on('error', () => undefined).on('close', resolve);
      broken.write(bytes.subarray(0, sent), () => broken.destroy());
    });
    // What is kept is whatever the server had read when the connection broke.
    const head = await waitFor(
      async () => {
        const response = await used.tus(view, 'HEAD', {});
        return Number(response.headers.get('upload-offset')) >= PART_BYTES && response;
      },
      { what: 'the rest to be kept' },
    );
    expect(head.headers.get('cache-control')).toBe('no-store');
    const second = await startBuilder(used.url(), { fragments: used.fragments });
    const there = { ...view, upload: view.upload };
    const url = second.origin + (there.upload?.url ?? '');
    await sendByTusClient(bytes, { uploadUrl: url });
    await second.stop();
    expect((await storedBytes(view)).equals(bytes)).toBe(true);
    expect((await used.view(view)).state).toBe('uploaded');
  });

  it('lets one of two senders in', async () => {
    const view = await draft();
    const slow = new Readable({ read: () => undefined });
    slow.push(Buffer.from('abc'));
    let isReceiving = false;
    used.fragments.failure = (call) => {
      isReceiving ||= call === 'putBlob';
    };
    const first = fetch(used.uploadUrl(view), {
      method: 'PATCH',
      headers: { ...TUS, ...CHUNK_TYPE, 'upload-offset': '0', 'upload-length': '6' },
      body: Readable.toWeb(slow) as ReadableStream,
      duplex: 'half',
    } as RequestInit);
    await waitFor(() => isReceiving, { what: 'the first to hold the upload' });
    const second = await used.patch(view, 0, Buffer.from('xyz'));
    expect(second.status).toBe(423);
    expect(second.headers.get('content-type')).toBe('application/problem+json');
    slow.push(Buffer.from('def'));
    slow.push(null);
    expect((await first).status).toBe(204);
    expect((await used.patch(view, 3, Buffer.from('def'))).status).toBe(409);
    expect((await storedBytes(view)).toString()).toBe('abcdef');
  });

  it('starts over when it is created again', async () => {
    const view = await draft();
    await used.builder.upload(view, Buffer.from('old bytes'));
    const before = await used.storageOf(view);
    const again = await used.tus(view, 'POST', { 'upload-length': '3' });
    expect(again.status).toBe(201);
    expect(again.headers.get('location')).toBe(view.upload?.url);
    expect(await used.view(view)).toMatchObject({ state: 'draft', upload: { offset: 0, size: 3 } });
    await used.patch(view, 0, Buffer.from('new'));
    expect((await storedBytes(view)).toString()).toBe('new');
    await used.freed(before);
  });

  it('refuses what tus refuses, as problem documents', async () => {
    const view = await draft();
    expect((await used.patch(view, 5, Buffer.from('x'))).status).toBe(409);
    expect((await used.patch(view, 0, Buffer.from('four'), { 'upload-length': '3' })).status).toBe(413);
    expect((await fetch(`${used.uploadUrl(view)}x`, { method: 'HEAD', headers: TUS })).status).toBe(404);
    const nonsense = { ...TUS, ...CHUNK_TYPE, 'upload-offset': '0', 'upload-length': '1' };
    expect(
      (await fetch(`${used.uploadUrl(view)}x`, { method: 'PATCH', headers: nonsense, body: 'x' })).status,
    ).toBe(404);
    const unknown = await fetch(
      `${used.builder.origin}/api/v1/uploads/019355aa-0000-7000-8000-00000000000a`,
      {
        method: 'PATCH',
        headers: { ...TUS, ...CHUNK_TYPE, 'upload-offset': '0' },
        body: 'x',
      },
    );
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ code: 'BUILDER_UPLOAD_REFUSED', status: 404 });
  });
});

it('keeps no more than the length that was told, however much is sent', async () => {
  const view = await draft();
  const response = await fetch(used.uploadUrl(view), {
    method: 'PATCH',
    headers: { ...TUS, ...CHUNK_TYPE, 'upload-offset': '0', 'upload-length': '3' },
    body: Readable.toWeb(Readable.from([Buffer.from('four')])) as ReadableStream,
    duplex: 'half',
  } as RequestInit);
  expect(response.status).toBe(413);
  expect((await used.view(view)).upload).toMatchObject({ offset: 0, size: 3 });
});

describe('when storage is down', () => {
  it('refuses creation and bytes with a clear 503, and goes on when it is back', async () => {
    const view = await draft();
    await used.patch(view, 0, Buffer.from('abc'), { 'upload-length': '6' });
    used.fragments.failure = FragmentsOnDisk.down;
    const settings = { name: 'later', operatingSystem: 'linux', action: { kind: 'STORE', path: '/x' } };
    const problem = { code: 'BUILDER_STORAGE_UNAVAILABLE', status: 503 };
    expect(await used.builder.call('POST', '/api/v1/packages', settings)).toMatchObject({
      status: 503,
      body: problem,
    });
    expect((await used.tus(view, 'POST', { 'upload-length': '6' })).status).toBe(503);
    const refused = await used.patch(view, 3, Buffer.from('def'));
    expect(refused.headers.get('retry-after')).not.toBeNull();
    expect(await refused.json()).toMatchObject(problem);
    used.fragments.failure = () => undefined;
    expect((await used.patch(view, 3, Buffer.from('def'))).status).toBe(204);
    expect((await storedBytes(view)).toString()).toBe('abcdef');
  });

  it('loses only the part that was being stored when it fails midway', async () => {
    const view = await draft();
    const bytes = randomBytes(2 * PART_BYTES);
    used.fragments.failure = (call, name) => {
      if (call === 'putBlob' && name.startsWith(`part-${PART_BYTES}-`)) FragmentsOnDisk.down();
    };
    const refused = await used.patch(view, 0, bytes, { 'upload-length': String(bytes.length) });
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: 'BUILDER_STORAGE_UNAVAILABLE' });
    used.fragments.failure = () => undefined;
    const head = await used.tus(view, 'HEAD', {});
    expect(head.headers.get('upload-offset')).toBe(String(PART_BYTES));
    expect((await used.patch(view, PART_BYTES, bytes.subarray(PART_BYTES))).status).toBe(204);
    expect((await storedBytes(view)).equals(bytes)).toBe(true);
  });
});

it('frees what an upload holds that nobody has gone on with for a week', async () => {
  const view = await draft();
  await used.patch(view, 0, Buffer.from('abc'), { 'upload-length': '6' });
  await used.builder.database.query(
    "UPDATE upload SET changed_at = now() - interval '8 days' WHERE package_id = $1",
    [view.id],
  );
  const before = await used.storageOf(view);
  expect(await used.fragments.owners('upload')).toContain(before);
  await used.builder.get(PruneUploads).execute();
  await used.freed(before);
  expect(await used.view(view)).toMatchObject({ state: 'draft', upload: { offset: 0, size: null } });
  expect(await storedBytes(view)).toHaveLength(0);
  await used.builder.upload(view, Buffer.from('abc'));
  expect((await used.view(view)).state).toBe('uploaded');
});
