import { sha256Hex } from '@entrepot/kernel';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DigestCheck } from './digest-check.js';
import { InlineDigest } from './stream-digest.js';

async function outcome(
  stretches: readonly Uint8Array[],
  stream: Uint8Array,
  chunk: number,
): Promise<'same' | 'differs'> {
  const known = stretches.map((bytes) => ({ size: bytes.length, sha256: sha256Hex(bytes) }));
  const check = new DigestCheck('it', new InlineDigest(['sha256']), known);
  try {
    for (let at = 0; at < stream.length; at += chunk) await check.update(stream.subarray(at, at + chunk));
    await check.finish();
    return 'same';
  } catch (error) {
    expect(error).toMatchObject({ code: 'BUILDER_BYTES_DIFFER' });
    return 'differs';
  }
}

const stretches = fc.array(fc.uint8Array({ minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 6 });
const chunk = fc.integer({ min: 1, max: 20 });

it('takes exactly the stream that its stretches make, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(stretches, chunk, async (known, size) => {
      const stream = Buffer.concat(known);
      expect(await outcome(known, stream, size)).toBe('same');
      expect(await outcome(known, stream.subarray(0, -1), size)).toBe('differs');
      expect(await outcome(known, Buffer.concat([stream, Buffer.from('x')]), size)).toBe('differs');
    }),
  );
});

it('finds any byte that is another', async () => {
  await fc.assert(
    fc.asyncProperty(stretches, chunk, fc.nat(), async (known, size, place) => {
      const stream = Buffer.concat(known);
      const at = place % stream.length;
      stream[at] = (stream[at] ?? 0) ^ 4;
      expect(await outcome(known, stream, size)).toBe('differs');
    }),
  );
});
