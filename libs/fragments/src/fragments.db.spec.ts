import { type BlobAddress } from '@entrepot/contracts';
import { randomBytes, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFileId } from './storage/storage-trial.spec-support.js';
import { refusal, useStorage } from './storage/use-storage.spec-support.js';

const used = useStorage();

const url = (fileId: string, name: string): string => `${used.trial.origin}/download/${fileId}/${name}`;
const onDisk = (fileId: string, name: string): string =>
  join(used.directory, 'objects', 'package', fileId, name);

/** Sends a path as it is; fetch would tidy it up first. */
function statusOfRawPath(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(used.trial.origin);
    request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('what is not published', () => {
  it('is not there, whatever is stored', async () => {
    const fileId = newFileId();
    await used.trial.store(fileId, [Buffer.from('abc')]);
    for (const name of ['info', `${fileId}-1`]) {
      const response = await fetch(url(fileId, name));
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('cannot be reached by any trick with the path', async () => {
    const fileId = await used.trial.publish([Buffer.from('abc')]);
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

describe('when the store fails', () => {
  it('answers 503 with Retry-After before a byte is sent, and 200 again when it is back', async () => {
    const fileId = await used.trial.publish([Buffer.from('abc')]);
    await rename(join(used.directory, 'objects'), join(used.directory, 'away'));
    for (const name of ['info', `${fileId}-1`]) {
      const response = await fetch(url(fileId, name));
      expect(response.status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
    await rename(join(used.directory, 'away'), join(used.directory, 'objects'));
    expect(await (await fetch(url(fileId, `${fileId}-1`))).text()).toBe('abc');
  });

  it('never sends an info file that is empty, cut or changed', async () => {
    const fileId = await used.trial.publish([Buffer.from('abc')]);
    for (const content of ['', '<DOWNLO', '<DOWNLOAT />']) {
      await writeFile(onDisk(fileId, 'info'), content);
      expect((await fetch(url(fileId, 'info'))).status).toBe(503);
    }
    await rm(onDisk(fileId, 'info'));
    expect((await fetch(url(fileId, 'info'))).status).toBe(503);
  });

  it('breaks the connection rather than end a fragment too early', async () => {
    const fileId = await used.trial.publish([randomBytes(1_000_000)]);
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
    await used.trial.put(address, Buffer.from('0123456789'));
    const read = async (offset: number, length: number): Promise<string> => {
      const chunks: Uint8Array[] = [];
      for await (const { chunk } of used.trial.rpc.getBlob({ address, offset, length })) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    };
    expect([await read(0, 0), await read(2, 3), await read(8, 0)]).toEqual(['0123456789', '234', '89']);
    await used.trial.rpc.deleteBlobs(address);
    expect(await refusal(read(0, 0))).toBe('FRAGMENTS_BLOB_NOT_FOUND');
    await used.trial.rpc.deleteBlobs(address);
  });

  it('leave nothing when their sender fails midway', async () => {
    const address = { area: 'upload', owner: randomUUID(), name: 'part-0' } as const;
    async function* failing(): AsyncGenerator<{ address: BlobAddress } | { chunk: Uint8Array }> {
      yield { address };
      yield { chunk: Buffer.from('abc') };
      throw new Error('gone');
    }
    await expect(used.trial.rpc.putBlob(failing())).rejects.toThrow('gone');
    const first = used.trial.rpc.getBlob({ address, offset: 0, length: 0 })[Symbol.asyncIterator]().next();
    expect(await refusal(first)).toBe('FRAGMENTS_BLOB_NOT_FOUND');
  });
});

it('tells in /readyz that it needs the object store', async () => {
  const report = (await (await fetch(`${used.trial.origin}/readyz`)).json()) as {
    checks: Record<string, string>;
  };
  expect(report.checks['object-store']).toBe('ok');
});
