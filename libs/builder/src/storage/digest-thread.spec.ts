import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { DigestThread, openDigest } from './digest-thread.js';
import { InlineDigest } from './stream-digest.js';

const hash = (algorithm: string, bytes: Uint8Array): string =>
  createHash(algorithm).update(bytes).digest('hex');

it('computes the digests of one stream after another, however they are cut, in either place', async () => {
  for (const digest of [new DigestThread(['md5', 'sha256']), new InlineDigest(['md5', 'sha256'])]) {
    const results: Promise<unknown>[] = [];
    const streams = [randomBytes(0), randomBytes(11_000_001), randomBytes(3), randomBytes(1024 * 1024)];
    for (const bytes of streams) {
      for (let at = 0; at < bytes.length; at += 700_001) {
        const chunk = Buffer.from(bytes.subarray(at, at + 700_001));
        await digest.update(chunk);
        // Its memory is the caller's own again.
        chunk.fill(0);
      }
      results.push(digest.finish());
    }
    expect(await Promise.all(results)).toEqual(
      streams.map((bytes) => ({ md5: hash('md5', bytes), sha256: hash('sha256', bytes) })),
    );
    await digest.close();
  }
});

it('keeps thousands of short streams apart', async () => {
  const digest = new DigestThread(['sha256']);
  const streams = Array.from({ length: 5_000 }, (_, n) => Buffer.alloc(n % 7, n));
  const results: Promise<unknown>[] = [];
  for (const bytes of streams) {
    await digest.update(bytes);
    results.push(digest.finish());
  }
  expect(await Promise.all(results)).toEqual(streams.map((bytes) => ({ sha256: hash('sha256', bytes) })));
  await digest.close();
});

it('takes a thread only for what is large', async () => {
  const [small, large] = [openDigest(['md5'], 1_000), openDigest(['md5'], 2 ** 30)];
  expect([small, large].map((digest) => digest instanceof DigestThread)).toEqual([false, true]);
  await large.close();
});

it('fails, and keeps nobody waiting, when its thread has ended', async () => {
  const digest = new DigestThread(['md5']);
  await digest.update(Buffer.alloc(1));
  const result = digest.finish();
  const failed = expect(result).rejects.toThrow('ended');
  await digest.close();
  await failed;
  await expect(digest.update(Buffer.alloc(20_000_000))).rejects.toThrow('ended');
  await expect(digest.finish()).rejects.toThrow('ended');
});
