import { fragmentsRpc, type BlobAddress, type FragmentsRpc, type PublishedBlob } from '@entrepot/contracts';
import { sha256Hex, type FileId } from '@entrepot/kernel';
import { fragmentName } from '@entrepot/ocs-wire';
import { DatabaseModule } from '@entrepot/platform-database';
import { createHttpApp, listen } from '@entrepot/platform-http';
import { ObjectStoreModule } from '@entrepot/platform-object-store';
import { TelemetryModule } from '@entrepot/platform-telemetry';
import { removeDirectory, temporaryDirectory, useDatabase } from '@entrepot/testing';
import { Module, type DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomBytes, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FragmentsModule } from './index.js';

@Module({})
class FragmentsProgram {
  static with(url: string, directory: string): DynamicModule {
    return {
      module: FragmentsProgram,
      imports: [
        TelemetryModule.forProgram({ name: 'fragments', logLevel: 'silent' }),
        DatabaseModule.forRoot({ url }),
        ObjectStoreModule.disk({ directory }),
        FragmentsModule.register({
          infoLocation: 'here:8443/download',
          fragmentLocation: 'here:8080/download',
          acceleratedPrefix: null,
          scrubDays: 30,
          keepDeletedDays: 30,
          repairSources: [],
        }),
      ],
    };
  }
}

const used = useDatabase();
let directory = '';
let app: NestFastifyApplication;
let origin = '';
let rpc: FragmentsRpc;
let lastFileId = 1_700_000_000;

beforeAll(async () => {
  directory = await temporaryDirectory('fragments');
  app = await createHttpApp(FragmentsProgram.with(used.url(), directory));
  origin = (await listen(app, { host: '127.0.0.1', httpPort: 0, signals: false })).httpUrl;
  rpc = app.get<FragmentsRpc>(fragmentsRpc.token, { strict: false });
});

afterAll(async () => {
  await app.close();
  await removeDirectory(directory);
});

function newFileId(): FileId {
  lastFileId += 1;
  return String(lastFileId) as FileId;
}

async function put(address: BlobAddress, bytes: Buffer): Promise<PublishedBlob> {
  async function* messages(): AsyncGenerator<{ address: BlobAddress } | { chunk: Uint8Array }> {
    yield { address };
    for (let at = 0; at < bytes.length; at += 10_000) yield { chunk: bytes.subarray(at, at + 10_000) };
  }
  return { name: address.name, ...(await rpc.putBlob(messages())) };
}

async function stored(
  fileId: FileId,
  fragments: readonly Buffer[],
  info = '<DOWNLOAD />',
): Promise<PublishedBlob[]> {
  const files = fragments.map((bytes, index) => [fragmentName(fileId, index + 1), bytes] as const);
  const all = [...files, ['info', Buffer.from(info)] as const];
  return Promise.all(all.map(([name, bytes]) => put({ area: 'package', owner: fileId, name }, bytes)));
}

async function published(fragments: readonly Buffer[]): Promise<FileId> {
  const fileId = newFileId();
  await rpc.publishPackage({ fileId, blobs: await stored(fileId, fragments) });
  return fileId;
}

const url = (fileId: string, name: string): string => `${origin}/download/${fileId}/${name}`;
const onDisk = (fileId: string, name: string): string => join(directory, 'objects', 'package', fileId, name);
const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;
const refusal = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'accepted', codeOf);

/** Sends a path as it is; fetch would tidy it up first. */
function statusOfRawPath(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('a published package', () => {
  const bytes = randomBytes(300_001);

  it('is downloaded whole, with headers that caches and agents understand', async () => {
    const fileId = await published([bytes]);
    const fragment = await fetch(url(fileId, `${fileId}-1`));
    expect(fragment.status).toBe(200);
    expect(Object.fromEntries(fragment.headers)).toMatchObject({
      'content-length': '300001',
      'content-type': 'application/octet-stream',
      'cache-control': 'public, max-age=31536000, immutable',
      etag: `"${sha256Hex(bytes)}"`,
    });
    for (const name of ['vary', 'set-cookie', 'content-encoding', 'via'])
      expect(fragment.headers.has(name)).toBe(false);
    expect(Buffer.from(await fragment.arrayBuffer()).equals(bytes)).toBe(true);
    const info = await fetch(url(fileId, 'info'));
    expect(info.headers.get('cache-control')).toBe('no-store');
    expect(info.headers.get('content-length')).toBe('12');
    expect(await info.text()).toBe('<DOWNLOAD />');
  });

  it('is never answered with 206, 304 or a compressed body', async () => {
    const fileId = await published([bytes]);
    const headers = {
      range: 'bytes=0-9',
      'if-none-match': `"${sha256Hex(bytes)}"`,
      'if-modified-since': new Date(Date.now() + 1e6).toUTCString(),
      'accept-encoding': 'gzip, br',
    };
    for (const name of [`${fileId}-1`, 'info']) {
      const response = await fetch(url(fileId, name), { headers });
      expect(response.status).toBe(200);
      expect(response.headers.has('content-encoding')).toBe(false);
      await response.arrayBuffer();
    }
  });

  it('answers HEAD with the same headers and no body', async () => {
    const fileId = await published([bytes]);
    const response = await fetch(url(fileId, `${fileId}-1`), { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('300001');
    expect(await response.text()).toBe('');
  });

  it('never changes: neither its bytes nor its list, and it cannot be deleted', async () => {
    const fileId = newFileId();
    const blobs = await stored(fileId, [bytes]);
    await rpc.publishPackage({ fileId, blobs });
    await rpc.publishPackage({ fileId, blobs });
    const other = blobs.map((blob) => ({ ...blob, sha256: 'a'.repeat(64) }));
    const name = `${fileId}-1`;
    expect(await refusal(rpc.publishPackage({ fileId, blobs: other }))).toBe('FRAGMENTS_PACKAGE_PUBLISHED');
    expect(await refusal(rpc.deleteBlobs({ area: 'package', owner: fileId }))).toBe(
      'FRAGMENTS_PACKAGE_PUBLISHED',
    );
    expect(await refusal(put({ area: 'package', owner: fileId, name }, Buffer.from('x')))).toBe(
      'FRAGMENTS_PACKAGE_PUBLISHED',
    );
    expect((await fetch(url(fileId, name))).headers.get('content-length')).toBe('300001');
  });
});

describe('what is not published', () => {
  it('is not there, whatever is stored', async () => {
    const fileId = newFileId();
    await stored(fileId, [Buffer.from('abc')]);
    for (const name of ['info', `${fileId}-1`]) {
      const response = await fetch(url(fileId, name));
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('cannot be reached by any trick with the path', async () => {
    const fileId = await published([Buffer.from('abc')]);
    const paths = [
      `${fileId}/${fileId}-2`,
      `${fileId}/${fileId}-0`,
      `${fileId}/${fileId}-01`,
      `${fileId}/INFO.bak`,
      `0${fileId}/info`,
      `${fileId}/..%2f${fileId}%2finfo`,
      `..%2f${fileId}/info`,
      `${fileId}/info%00`,
      `${fileId}/info/x`,
      `${fileId}`,
      '1/info',
      'x/info',
      `${fileId}/${'9'.repeat(500)}`,
    ];
    for (const path of paths) expect([path, await statusOfRawPath(`/download/${path}`)]).toEqual([path, 404]);
    expect(await statusOfRawPath(`/download/${fileId}/info`)).toBe(200);
  });
});

describe('publishing', () => {
  it('is refused, and nothing is downloadable, unless every blob is stored as announced', async () => {
    const fileId = newFileId();
    const blobs = await stored(fileId, [Buffer.from('abc'), Buffer.from('def')]);
    const publish = (changed: readonly PublishedBlob[]): Promise<unknown> =>
      refusal(rpc.publishPackage({ fileId, blobs: changed }));
    expect(await publish(blobs.slice(1))).toBe('FRAGMENTS_PACKAGE_INCOMPLETE');
    expect(await publish(blobs.slice(0, 2))).toBe('FRAGMENTS_PACKAGE_INCOMPLETE');
    expect(await publish(blobs.map((blob) => ({ ...blob, size: blob.size + 1 })))).toBe(
      'FRAGMENTS_PACKAGE_INCOMPLETE',
    );
    expect(await publish([...blobs, { name: `${fileId}-3`, size: 1, sha256: 'a'.repeat(64) }])).toBe(
      'FRAGMENTS_PACKAGE_INCOMPLETE',
    );
    expect((await fetch(url(fileId, 'info'))).status).toBe(404);
    expect(await publish(blobs)).toBe('accepted');
    expect((await fetch(url(fileId, 'info'))).status).toBe(200);
  });
});

describe('when the store fails', () => {
  it('answers 503 with Retry-After before a byte is sent, and 200 again when it is back', async () => {
    const fileId = await published([Buffer.from('abc')]);
    await rename(join(directory, 'objects'), join(directory, 'away'));
    for (const name of ['info', `${fileId}-1`]) {
      const response = await fetch(url(fileId, name));
      expect(response.status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
    await rename(join(directory, 'away'), join(directory, 'objects'));
    expect(await (await fetch(url(fileId, `${fileId}-1`))).text()).toBe('abc');
  });

  it('never sends an info file that is empty, cut or changed', async () => {
    const fileId = await published([Buffer.from('abc')]);
    for (const content of ['', '<DOWNLO', '<DOWNLOAT />']) {
      await writeFile(onDisk(fileId, 'info'), content);
      expect((await fetch(url(fileId, 'info'))).status).toBe(503);
    }
    await rm(onDisk(fileId, 'info'));
    expect((await fetch(url(fileId, 'info'))).status).toBe(503);
  });

  it('breaks the connection rather than end a fragment too early', async () => {
    const fileId = await published([randomBytes(1_000_000)]);
    await truncate(onDisk(fileId, `${fileId}-1`), 500_000);
    const response = await fetch(url(fileId, `${fileId}-1`));
    await expect(response.arrayBuffer()).rejects.toThrow();
    await truncate(onDisk(fileId, `${fileId}-1`), 0);
    expect((await fetch(url(fileId, `${fileId}-1`))).status).toBe(503);
  });
});

describe('blobs of an upload', () => {
  it('are read whole or by range, and are gone once deleted', async () => {
    const address = { area: 'upload', owner: randomUUID(), name: 'part-0' } as const;
    await put(address, Buffer.from('0123456789'));
    const read = async (offset: number, length: number): Promise<string> => {
      const chunks: Uint8Array[] = [];
      for await (const { chunk } of rpc.getBlob({ address, offset, length })) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    };
    expect([await read(0, 0), await read(2, 3), await read(8, 0)]).toEqual(['0123456789', '234', '89']);
    await rpc.deleteBlobs(address);
    expect(await refusal(read(0, 0))).toBe('FRAGMENTS_BLOB_NOT_FOUND');
    await rpc.deleteBlobs(address);
  });

  it('leave nothing when their sender fails midway', async () => {
    const address = { area: 'upload', owner: randomUUID(), name: 'part-0' } as const;
    async function* failing(): AsyncGenerator<{ address: BlobAddress } | { chunk: Uint8Array }> {
      yield { address };
      yield { chunk: Buffer.from('abc') };
      throw new Error('gone');
    }
    await expect(rpc.putBlob(failing())).rejects.toThrow('gone');
    const first = rpc.getBlob({ address, offset: 0, length: 0 })[Symbol.asyncIterator]().next();
    expect(await refusal(first)).toBe('FRAGMENTS_BLOB_NOT_FOUND');
  });
});

it('tells in /readyz that it needs the object store', async () => {
  const report = (await (await fetch(`${origin}/readyz`)).json()) as { checks: Record<string, string> };
  expect(report.checks['object-store']).toBe('ok');
});
