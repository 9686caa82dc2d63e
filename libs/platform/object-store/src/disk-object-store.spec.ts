import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskObjectStore } from './disk-object-store.js';
import { objectKey } from './index.js';
import { describeObjectStore } from './object-store-contract.spec-support.js';

const temporary = (): Promise<string> => mkdtemp(join(tmpdir(), 'entrepot-objects-'));

async function* content(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}

describeObjectStore('disk', async () => {
  const directory = await temporary();
  return {
    store: new DiskObjectStore({ directory }),
    stop: () => rm(directory, { recursive: true }),
  };
});

describe('DiskObjectStore', () => {
  let directory: string;
  let store: DiskObjectStore;
  beforeEach(async () => {
    directory = await temporary();
    store = new DiskObjectStore({ directory });
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('removes what a killed writer left behind when it starts', async () => {
    await mkdir(join(directory, 'incoming'), { recursive: true });
    await writeFile(join(directory, 'incoming', 'half'), 'half an obj');
    await store.onModuleInit();
    expect(readdirSync(join(directory, 'incoming'))).toEqual([]);
  });

  it('leaves no draft behind when a put fails', async () => {
    await expect(store.put(objectKey('a'), content('abc'), { size: 2 })).rejects.toThrow();
    expect(readdirSync(join(directory, 'incoming'))).toEqual([]);
  });

  it('keeps objects as plain files and removes empty folders with them', async () => {
    await store.put(objectKey('a', 'b', 'c'), content('plain'));
    expect(await readFile(join(directory, 'objects/a/b/c'), 'utf8')).toBe('plain');
    await store.delete(objectKey('a', 'b', 'c'));
    expect(existsSync(join(directory, 'objects/a'))).toBe(false);
    await store.put(objectKey('a', 'b', 'c'), content('again'));
    expect(await store.stat(objectKey('a', 'b', 'c'))).not.toBeNull();
  });

  it('does not vouch for a file that somebody changed behind its back', async () => {
    await store.put(objectKey('a'), content('true'));
    await writeFile(join(directory, 'objects/a'), 'fake');
    expect(await store.stat(objectKey('a'))).toMatchObject({ size: 4, sha256: null });
  });

  it('says so when a key is a folder of another', async () => {
    await store.put(objectKey('a'), content('file'));
    await expect(store.put(objectKey('a', 'b'), content('x'))).rejects.toMatchObject({
      code: 'OBJECT_STORE_KEY_CONFLICT',
    });
    await store.put(objectKey('c', 'd'), content('x'));
    await expect(store.put(objectKey('c'), content('x'))).rejects.toMatchObject({
      code: 'OBJECT_STORE_KEY_CONFLICT',
    });
    expect(await store.stat(objectKey('c'))).toBeNull();
  });

  it('ends a stream where its file ends by now', async () => {
    const key = objectKey('cut');
    await store.put(key, content('x'.repeat(2_000_000)));
    const stream = await store.get(key);
    await truncate(join(directory, 'objects/cut'), 1_000);
    expect(await buffer(stream)).toHaveLength(1_000);
  });

  it.runIf(existsSync('/proc/self/fd'))('leaves no file open, however a stream ends', async () => {
    const key = objectKey('open');
    await store.put(key, content('x'.repeat(2_000_000)));
    const isOpen = (): boolean => openFiles().includes(join(directory, 'objects/open'));
    const [whole, begun, unread] = [await store.get(key), await store.get(key), await store.get(key)];
    expect(isOpen()).toBe(true);
    await buffer(whole);
    await begun[Symbol.asyncIterator]().next();
    for (const stream of [begun, unread]) {
      const closed = once(stream, 'close');
      stream.destroy();
      await closed;
    }
    await expect(store.get(key, { start: 2_000_000, end: 2_000_001 })).rejects.toThrow();
    expect(isOpen()).toBe(false);
  });

  it('is unavailable where no folder can be made, and recovers when it can', async () => {
    await writeFile(join(directory, 'blocked'), '');
    const blocked = new DiskObjectStore({ directory: join(directory, 'blocked') });
    const unavailable = { code: 'OBJECT_STORE_UNAVAILABLE', kind: 'unavailable' };
    await expect(blocked.check()).rejects.toMatchObject(unavailable);
    await expect(blocked.put(objectKey('a'), content('x'))).rejects.toMatchObject(unavailable);
    await rm(join(directory, 'blocked'));
    await blocked.put(objectKey('a'), content('x'));
    await expect(blocked.check()).resolves.toBeUndefined();
  });

  it('is unavailable when its folder vanishes under it', async () => {
    await store.onModuleInit();
    await rm(join(directory, 'incoming'), { recursive: true });
    await expect(store.check()).rejects.toMatchObject({ code: 'OBJECT_STORE_UNAVAILABLE' });
    await expect(store.put(objectKey('a'), content('x'))).rejects.toMatchObject({
      code: 'OBJECT_STORE_UNAVAILABLE',
    });
  });
});
