import { createServer, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startS3, type RunningS3 } from '@entrepot/testing';
import { objectKey } from './index.js';
import { describeObjectStore } from './object-store-contract.spec-support.js';
import { removeAbandonedUploads, unfinishedUploads } from './s3-abandoned-uploads.js';
import { connectS3, type S3Connection, type S3Options } from './s3-client.js';
import { S3ObjectStore } from './s3-object-store.js';

const UNAVAILABLE = { code: 'OBJECT_STORE_UNAVAILABLE', kind: 'unavailable' };

function optionsFor(s3: RunningS3, bucket: string): S3Options {
  const { endpoint, accessKey, secretKey, region } = s3;
  return { endpoint, accessKey, secretKey, region, bucket };
}

async function* content(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

describeObjectStore('S3', async () => {
  const s3 = await startS3();
  const store = new S3ObjectStore(optionsFor(s3, 'contract'));
  return {
    store,
    stop: async () => {
      store.onApplicationShutdown();
      await s3.stop();
    },
  };
});

describe('S3ObjectStore', () => {
  let s3: RunningS3;
  let store: S3ObjectStore;
  const key = objectKey('kept');
  const read = async (): Promise<string> => (await buffer(await store.get(key))).toString();
  beforeAll(async () => {
    s3 = await startS3();
    store = new S3ObjectStore(optionsFor(s3, 'entrepot'));
    await store.onModuleInit();
    await store.put(key, content('kept'));
  });
  afterAll(async () => {
    store.onApplicationShutdown();
    await s3?.stop();
  });

  it('is unavailable while the server is down, and recovers', async () => {
    await s3.kill();
    const attempts = [
      () => store.check(),
      () => store.put(objectKey('lost'), content('x')),
      () => store.get(key),
      () => store.stat(key),
      () => store.delete(key),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject(UNAVAILABLE);
    await expect(store.list('').next()).rejects.toMatchObject(UNAVAILABLE);
    await s3.start();
    await store.check();
    expect(await read()).toBe('kept');
    expect(await store.stat(objectKey('lost'))).toBeNull();
  });

  it('starts while the server is down, and works once it is up', async () => {
    await s3.halt();
    const early = new S3ObjectStore(optionsFor(s3, 'early'));
    await expect(early.onModuleInit()).resolves.toBeUndefined();
    await expect(early.check()).rejects.toMatchObject(UNAVAILABLE);
    await s3.start();
    await early.put(key, content('first'));
    expect(await early.stat(key)).toMatchObject({ size: 5 });
    early.onApplicationShutdown();
  });

  it('does not wait for a server that hangs', async () => {
    s3.freeze();
    await expect(store.check()).rejects.toMatchObject(UNAVAILABLE);
    s3.thaw();
    expect(await read()).toBe('kept');
  });

  it('is unavailable with a wrong key', async () => {
    const stranger = new S3ObjectStore({ ...optionsFor(s3, 'entrepot'), secretKey: 'guessed' });
    await expect(stranger.check()).rejects.toMatchObject(UNAVAILABLE);
    await expect(stranger.get(key)).rejects.toMatchObject(UNAVAILABLE);
    stranger.onApplicationShutdown();
  });

  it('shows nothing of an upload whose writer died, and removes it when it is old', async () => {
    const { client, close } = connectS3(optionsFor(s3, 'entrepot'));
    await client.initiateNewMultipartUpload('entrepot', 'abandoned', {});
    expect(await store.stat(objectKey('abandoned'))).toBeNull();
    await removeAbandonedUploads(client, 'entrepot', new Date(Date.now() - 60_000));
    expect(await unfinished(client)).toEqual(['abandoned']);
    await removeAbandonedUploads(client, 'entrepot', new Date(Date.now() + 60_000));
    expect(await unfinished(client)).toEqual([]);
    close();
  });

  it('leaves no unfinished upload behind when a put fails', async () => {
    const { client, close } = connectS3(optionsFor(s3, 'entrepot'));
    const midway: string[][] = [];
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(20 * 1024 * 1024);
      midway.push(await unfinished(client));
      throw new Error('gone');
    }
    await expect(store.put(objectKey('broken'), breaking())).rejects.toThrow('gone');
    expect(midway).toEqual([['broken']]);
    expect(await unfinished(client)).toEqual([]);
    close();
  });
});

async function unfinished(client: S3Connection['client']): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of unfinishedUploads(client, 'entrepot')) keys.push(key);
  return keys;
}

describe('S3ObjectStore before a server that answers half', () => {
  let server: Server;
  const sockets = new Set<Socket>();
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  const serve = async (head: string): Promise<S3ObjectStore> => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        const isCheck = data.toString().startsWith('HEAD');
        socket.write(isCheck ? 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' : head);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const options = { accessKey: 'a', secretKey: 'b', bucket: 'bucket', region: 'us-east-1' };
    return new S3ObjectStore({ ...options, endpoint: `http://127.0.0.1:${port}` });
  };

  it('ends a download that stops in the middle', async () => {
    const store = await serve('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbeginning');
    const stream = await store.get(objectKey('a'));
    await expect(buffer(stream)).rejects.toMatchObject(UNAVAILABLE);
    store.onApplicationShutdown();
  });

  it('is unavailable on a 503', async () => {
    const store = await serve('HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n');
    await expect(store.get(objectKey('a'))).rejects.toMatchObject(UNAVAILABLE);
    store.onApplicationShutdown();
  });
  it('is unavailable, not merely without the object, when its bucket is gone', async () => {
    const body = '<Error><Code>NoSuchBucket</Code></Error>';
    const store = await serve(`HTTP/1.1 404 Not Found\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    await expect(store.get(objectKey('a'))).rejects.toMatchObject(UNAVAILABLE);
    store.onApplicationShutdown();
  });
});
