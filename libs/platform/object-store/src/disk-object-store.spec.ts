import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskObjectStore } from './disk-object-store.js';
import { objectKey } from './index.js';
import { describeObjectStore } from './object-store-contract.spec-support.js';

const temporary = (): Promise<string> => mkdtemp(join(tmpdir(), 'entrepot-objects-'));

async function* content(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
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
