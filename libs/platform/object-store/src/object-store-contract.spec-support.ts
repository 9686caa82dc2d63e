import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectKey, type ObjectKey, type ObjectStat, type ObjectStore } from './index.js';

export interface StoreUnderTest {
  readonly store: ObjectStore;
  stop(): Promise<void>;
}

const MIB = 1024 * 1024;
/** More than one part of an S3 upload, and no multiple of anything. */
const LARGE = 17 * MIB + 7;

async function* once(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

async function* failing(bytes: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < bytes; sent += MIB) yield Buffer.alloc(MIB, 1);
  throw new Error('the sender went away');
}

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

/** What every object store must do, whatever is behind it. */
export function describeObjectStore(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(`ObjectStore on ${name}`, () => {
    let running: StoreUnderTest;
    let store: ObjectStore;
    let number = 0;
    const newKey = (): ObjectKey => objectKey('contract', String(number++), 'object-1');
    const read = async (key: ObjectKey): Promise<string> => (await buffer(await store.get(key))).toString();
    const keys = async (prefix: string): Promise<string[]> => {
      const found: ObjectStat[] = [];
      for await (const item of store.list(prefix)) found.push(item);
      return found.map(({ key }) => key);
    };

    beforeAll(async () => {
      running = await start();
      store = running.store;
    });
    afterAll(async () => {
      await running?.stop();
    });

    it('gives back what was put, and knows its size and digest', async () => {
      const key = newKey();
      const stored = await store.put(key, once('one, ', 'two, ', 'three'));
      expect(stored).toEqual({ size: 15, sha256: sha256('one, two, three') });
      expect(await read(key)).toBe('one, two, three');
      expect(await store.stat(key)).toEqual({ key, ...stored, modifiedAt: expect.any(Date) as Date });
    });

    it('keeps an empty object', async () => {
      const key = newKey();
      expect(await store.put(key, once())).toEqual({ size: 0, sha256: sha256('') });
      expect(await read(key)).toBe('');
      expect(await store.stat(key)).toMatchObject({ size: 0 });
    });

    it('keeps an object of several parts, and its digest when it was announced', async () => {
      const key = newKey();
      const content = randomBytes(LARGE);
      const expected = { size: LARGE, sha256: sha256(content) };
      expect(await store.put(key, once(content.subarray(0, 5), content.subarray(5)), expected)).toEqual(
        expected,
      );
      expect(sha256(await buffer(await store.get(key)))).toBe(expected.sha256);
      expect(await store.stat(key)).toMatchObject(expected);
    });

    it('keeps an object of exactly one and exactly two parts', async () => {
      for (const size of [8 * MIB, 16 * MIB]) {
        const key = newKey();
        const content = randomBytes(size);
        expect(await store.put(key, once(content))).toEqual({ size, sha256: sha256(content) });
        expect(sha256(await buffer(await store.get(key)))).toBe(sha256(content));
      }
    });

    it('gives a range, cuts one that passes the end, and refuses one that begins behind it', async () => {
      const key = newKey();
      await store.put(key, once('0123456789'));
      const part = async (start: number, end: number): Promise<string> =>
        (await buffer(await store.get(key, { start, end }))).toString();
      expect(await part(0, 0)).toBe('0');
      expect(await part(3, 5)).toBe('345');
      expect(await part(8, 99)).toBe('89');
      for (const [start, end] of [
        [10, 12],
        [5, 3],
        [-1, 3],
      ] as const) {
        await expect(store.get(key, { start, end })).rejects.toMatchObject({
          code: 'OBJECT_STORE_RANGE_INVALID',
        });
      }
    });

    it('lists by prefix in the order of keys', async () => {
      const names = ['b', 'a-1', 'a.1', 'a1'];
      for (const name of names) await store.put(objectKey('listed', name), once(name));
      await store.put(objectKey('listed', 'a', 'x'), once('deep'));
      await store.put(objectKey('listed2', 'z'), once('other'));
      expect(await keys('listed/')).toEqual([
        'listed/a-1',
        'listed/a.1',
        'listed/a/x',
        'listed/a1',
        'listed/b',
      ]);
      expect(await keys('listed/a')).toHaveLength(4);
      expect(await keys('listed')).toHaveLength(6);
      expect(await keys('nothing/here/')).toEqual([]);
      for await (const item of store.list('listed2/')) expect(item).toMatchObject({ size: 5, sha256: null });
    });

    it('gives an object a second key, which outlives the first', async () => {
      const [source, target] = [newKey(), newKey()];
      const stored = await store.put(source, once('the same bytes'));
      await store.copy(source, target);
      await store.copy(source, target);
      expect(await store.stat(target)).toMatchObject({ key: target, ...stored });
      await store.delete(source);
      expect(await read(target)).toBe('the same bytes');
    });

    it('puts a copy in place of an older object, and a newer one leaves the copied one as it is', async () => {
      const [source, target] = [newKey(), newKey()];
      await store.put(target, once('older'));
      await store.put(source, once('copied'));
      await store.copy(source, target);
      expect(await read(target)).toBe('copied');
      await store.put(target, once('newer'));
      expect([await read(source), await read(target)]).toEqual(['copied', 'newer']);
    });

    it('copies nothing that is not there', async () => {
      const target = newKey();
      await expect(store.copy(newKey(), target)).rejects.toMatchObject({ code: 'OBJECT_STORE_NOT_FOUND' });
      expect(await store.stat(target)).toBeNull();
    });

    it('deletes, and does not mind when there is nothing to delete', async () => {
      const key = newKey();
      await store.put(key, once('gone soon'));
      await store.delete(key);
      await store.delete(key);
      expect(await store.stat(key)).toBeNull();
      expect(await keys(key)).toEqual([]);
    });

    it('says that a missing object is missing', async () => {
      const key = objectKey('contract', 'never', 'put');
      expect(await store.stat(key)).toBeNull();
      await expect(store.get(key)).rejects.toMatchObject({
        code: 'OBJECT_STORE_NOT_FOUND',
        kind: 'not-found',
      });
      await expect(store.get(objectKey('contract'))).rejects.toMatchObject({
        code: 'OBJECT_STORE_NOT_FOUND',
      });
    });

    it.each([MIB, LARGE])(
      'shows nothing of a put of %d bytes that was interrupted, and passes the error on',
      async (size) => {
        const key = newKey();
        await expect(store.put(key, failing(size))).rejects.toThrow('the sender went away');
        expect(await store.stat(key)).toBeNull();
        expect(await keys(key)).toEqual([]);
      },
    );

    it.each([10, LARGE])(
      'refuses %d bytes with another digest than announced, and keeps what was there',
      async (size) => {
        const key = newKey();
        await store.put(key, once('before'));
        const wrong = store.put(key, once(Buffer.alloc(size)), { sha256: sha256('something else') });
        await expect(wrong).rejects.toMatchObject({ code: 'OBJECT_STORE_DIGEST_MISMATCH', kind: 'invalid' });
        expect(await read(key)).toBe('before');
      },
    );

    it('refuses more and less than the announced size', async () => {
      const key = newKey();
      for (const size of [4, 6]) {
        const wrong = store.put(key, once('12345'), { size });
        await expect(wrong).rejects.toMatchObject({ code: 'OBJECT_STORE_SIZE_MISMATCH' });
      }
      expect(await store.stat(key)).toBeNull();
    });

    it('shows the old object whole until the new one is whole', async () => {
      const key = newKey();
      await store.put(key, once('old'));
      const seenMidway: string[] = [];
      async function* slow(): AsyncGenerator<Uint8Array> {
        yield Buffer.alloc(LARGE);
        seenMidway.push(await read(key));
        yield Buffer.from('end');
      }
      await store.put(key, slow());
      expect(seenMidway).toEqual(['old']);
      expect(await store.stat(key)).toMatchObject({ size: LARGE + 3 });
      expect(await store.put(key, once('new'))).toMatchObject({ size: 3 });
      expect(await read(key)).toBe('new');
      expect(await store.stat(key)).toMatchObject({ sha256: sha256('new') });
    });

    it('lets one of two writers of the same key win whole', async () => {
      const key = newKey();
      const contents = ['a', 'b'].map((letter) => letter.repeat(MIB));
      await Promise.all(contents.map((content) => store.put(key, once(content))));
      expect(contents).toContain(await read(key));
    });

    it('streams 200 MiB in and out in constant memory', { timeout: 120_000 }, async () => {
      const key = newKey();
      const chunk = randomBytes(64 * 1024);
      const before = process.memoryUsage().rss;
      let highest = before;
      const look = (): void => {
        highest = Math.max(highest, process.memoryUsage().rss);
      };
      async function* stream(): AsyncGenerator<Uint8Array> {
        for (let i = 0; i < 3200; i++) {
          if (i % 64 === 0) look();
          yield Buffer.from(chunk);
        }
      }
      const stored = await store.put(key, stream());
      expect(stored.size).toBe(200 * MIB);
      const digest = createHash('sha256');
      for await (const part of await store.get(key)) {
        digest.update(part as Buffer);
        look();
      }
      expect(digest.digest('hex')).toBe(stored.sha256);
      expect((highest - before) / MIB).toBeLessThan(150);
      await store.delete(key);
    });

    it.each([1_000, 100_000, 3 * MIB])(
      'keeps what a source gave in chunks of %d bytes, though it uses its memory again',
      async (length) => {
        const key = newKey();
        const digest = createHash('sha256');
        const memory = Buffer.alloc(length);
        async function* reusing(): AsyncGenerator<Uint8Array> {
          for (let n = 0; n < 30; n++) {
            memory.fill(n);
            digest.update(memory);
            yield memory;
          }
          memory.fill(0xff);
        }
        const stored = await store.put(key, reusing());
        expect(stored).toEqual({ size: 30 * length, sha256: digest.digest('hex') });
        expect(sha256(await buffer(await store.get(key)))).toBe(stored.sha256);
      },
    );

    it('takes many objects of one folder side by side', async () => {
      const folder = String(number++);
      const names = Array.from({ length: 40 }, (_, n) => `object-${n}`);
      await Promise.all(names.map((name) => store.put(objectKey('side', folder, name), once(name))));
      const contents = names.map((name) => read(objectKey('side', folder, name)));
      expect(await Promise.all(contents)).toEqual(names);
      await Promise.all(names.map((name) => store.delete(objectKey('side', folder, name))));
      expect(await keys(`side/${folder}/`)).toEqual([]);
    });

    it('passes its check when all is well', async () => {
      await expect(store.check()).resolves.toBeUndefined();
    });

    it('refuses prefixes that leave the store', async () => {
      for (const prefix of ['../', 'a/../', '/etc', 'a//', 'a/..']) {
        await expect(keys(prefix)).rejects.toMatchObject({ code: 'OBJECT_STORE_KEY_INVALID' });
      }
    });
  });
}
