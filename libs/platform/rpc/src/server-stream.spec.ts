import type { BlobChunk } from '@entrepot/contracts';
import { AppError, defineErrors } from '@entrepot/kernel';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeFragments, Loopback, failureOf } from './loopback-fragments.spec-support.js';

const TEST_ERRORS = defineErrors({ TEST_BLOB_TAKEN: ['conflict', 'The blob is there already'] });
const ADDRESS = { area: 'package', owner: '1234567890', name: 'info' } as const;
const MEBIBYTE = 1024 * 1024;
const never = (): Promise<never> => new Promise(() => undefined);

const loopback = new Loopback();
afterEach(() => loopback.end());

async function collect(messages: AsyncIterable<BlobChunk>): Promise<number> {
  let bytes = 0;
  for await (const { chunk } of messages) bytes += chunk.length;
  return bytes;
}

describe('a stream from the server', () => {
  it('does not run ahead of a slow reader', async () => {
    const fake = new FakeFragments();
    let sent = 0;
    fake.getBlob = async function* () {
      const chunk = Buffer.alloc(MEBIBYTE, 2);
      for (let i = 0; i < 100; i++) {
        yield { chunk };
        sent += chunk.length;
      }
    };
    const { port } = await loopback.serve(fake);
    let taken = 0;
    let furthestAhead = 0;
    for await (const { chunk } of loopback
      .connect(port)
      .getBlob({ address: ADDRESS, offset: 0, length: 0 })) {
      taken += chunk.length;
      await new Promise((resolve) => setImmediate(resolve));
      furthestAhead = Math.max(furthestAhead, sent - taken);
    }
    expect(taken).toBe(100 * MEBIBYTE);
    expect(furthestAhead).toBeLessThan(50 * MEBIBYTE);
  });

  it('is cancelled on the server when the reader breaks out', async () => {
    const fake = new FakeFragments();
    const released = vi.fn();
    fake.getBlob = async function* () {
      try {
        for (;;) yield { chunk: Buffer.alloc(65_536) };
      } finally {
        released();
      }
    };
    const { port } = await loopback.serve(fake);
    for await (const { chunk } of loopback
      .connect(port)
      .getBlob({ address: ADDRESS, offset: 0, length: 0 })) {
      expect(chunk.length).toBe(65_536);
      break;
    }
    await vi.waitFor(() => expect(released).toHaveBeenCalled());
  });

  it.each([0, 1, 40])('fails after %i messages when the server does', async (count) => {
    const fake = new FakeFragments();
    fake.getBlob = async function* () {
      for (let i = 0; i < count; i++) yield { chunk: Buffer.from('x') };
      throw new AppError(TEST_ERRORS.TEST_BLOB_TAKEN, 'gone');
    };
    const { port } = await loopback.serve(fake);
    const error = await failureOf<AppError>(
      collect(loopback.connect(port).getBlob({ address: ADDRESS, offset: 0, length: 0 })),
    );
    expect(error.code).toBe('TEST_BLOB_TAKEN');
  });

  it('ends when the server makes no progress', async () => {
    const fake = new FakeFragments();
    fake.getBlob = async function* () {
      yield { chunk: Buffer.from('x') };
      await never();
    };
    const { port } = await loopback.serve(fake);
    const error = await failureOf<AppError>(
      collect(loopback.connect(port, { idleMs: 100 }).getBlob({ address: ADDRESS, offset: 0, length: 0 })),
    );
    expect(error.code).toBe('RPC_DEADLINE_EXCEEDED');
  });

  it('fails, and never just ends, when the connection breaks', async () => {
    const fake = new FakeFragments();
    fake.getBlob = async function* () {
      yield { chunk: Buffer.from('x') };
      await never();
    };
    const wire = await loopback.breakableWire((await loopback.serve(fake)).port);
    const error = await failureOf<AppError>(
      (async () => {
        const blob = loopback.connect(wire.port).getBlob({ address: ADDRESS, offset: 0, length: 0 });
        for await (const { chunk } of blob) if (chunk.length > 0) wire.cut();
      })(),
    );
    expect(error.kind).toBe('unavailable');
  });

  it('fails as unavailable when nobody serves', async () => {
    const { port, stop } = await loopback.serve(new FakeFragments());
    await stop();
    const error = await failureOf<AppError>(
      collect(loopback.connect(port).getBlob({ address: ADDRESS, offset: 0, length: 0 })),
    );
    expect(error.code).toBe('RPC_UNAVAILABLE');
  });
});
