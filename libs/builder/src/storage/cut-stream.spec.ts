import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamCutter } from './cut-stream.js';

async function* chunksOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function joined(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('StreamCutter', () => {
  it('gives every byte once, in order, in pieces of the size asked for', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 1, max: 25 }), async (source, size) => {
        const cutter = new StreamCutter(chunksOf(source));
        const pieces: Buffer[] = [];
        while (!(await cutter.atEnd())) pieces.push(await joined(cutter.take(size)));
        expect(Buffer.concat(pieces)).toEqual(Buffer.concat(source));
        expect(pieces.slice(0, -1).every((piece) => piece.length === size)).toBe(true);
      }),
    );
  });

  it('ends its source when it is closed in the middle of a piece', async () => {
    let ended = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(10);
      } finally {
        ended = true;
      }
    }
    const cutter = new StreamCutter(source());
    const piece = cutter.take(100);
    await piece.next();
    await piece.return();
    expect(ended).toBe(false);
    await cutter.close();
    expect(ended).toBe(true);
    expect(await cutter.take(1).next()).toEqual({ done: true, value: undefined });
  });

  it('is at its end at once when there are only empty chunks', async () => {
    expect(await new StreamCutter(chunksOf([new Uint8Array(), new Uint8Array()])).atEnd()).toBe(true);
  });
});
