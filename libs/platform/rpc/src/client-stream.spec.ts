import type { PutBlobRequest } from '@entrepot/contracts';
import { AppError, defineErrors } from '@entrepot/kernel';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeFragments, Loopback, failureOf } from './loopback-fragments.spec-support.js';

const TEST_ERRORS = defineErrors({ TEST_BLOB_TAKEN: ['conflict', 'The blob is there already'] });
const ADDRESS = { area: 'package', owner: '1234567890', name: 'info' } as const;
const MEBIBYTE = 1024 * 1024;
const never = (): Promise<never> => new Promise(() => undefined);

const loopback = new Loopback();
afterEach(() => loopback.end());

async function* bytesOf(...chunks: Uint8Array[]): AsyncGenerator<PutBlobRequest> {
  yield { address: ADDRESS };
  for (const chunk of chunks) yield { chunk };
}

describe('a stream to the server', () => {
  it('tells address and bytes apart, and brings bytes as buffers', async () => {
    const fake = new FakeFragments();
    const received: PutBlobRequest[] = [];
    fake.putBlob = async (messages) => {
      for await (const message of messages) received.push(message);
      return { size: 3, sha256: 'ab' };
    };
    const { port } = await loopback.serve(fake);
    const stored = await loopback.connect(port).putBlob(bytesOf(Buffer.from('abc')));
    expect(stored).toEqual({ size: 3, sha256: 'ab' });
    expect(received.map((message) => 'chunk' in message)).toEqual([false, true]);
    expect(received[0]).toMatchObject({ address: ADDRESS });
    expect(received[1]).toMatchObject({ chunk: Buffer.from('abc') });
  });

  it('does not run ahead of a slow reader', async () => {
    const fake = new FakeFragments();
    let taken = 0;
    let furthestAhead = 0;
    let sent = 0;
    fake.putBlob = async (messages) => {
      for await (const message of messages) {
        if ('chunk' in message) taken += message.chunk.length;
        await new Promise((resolve) => setImmediate(resolve));
      }
      return { size: taken, sha256: '' };
    };
    const { port } = await loopback.serve(fake);
    async function* source(): AsyncGenerator<PutBlobRequest> {
      const chunk = Buffer.alloc(MEBIBYTE, 1);
      for (let i = 0; i < 100; i++) {
        yield { chunk };
        sent += chunk.length;
        furthestAhead = Math.max(furthestAhead, sent - taken);
      }
    }
    expect((await loopback.connect(port).putBlob(source())).size).toBe(100 * MEBIBYTE);
    expect(furthestAhead).toBeLessThan(50 * MEBIBYTE);
  });

  it('stops reading its source when the server answers early with an error', async () => {
    const fake = new FakeFragments();
    fake.putBlob = () => Promise.reject(new AppError(TEST_ERRORS.TEST_BLOB_TAKEN, 'taken'));
    const { port } = await loopback.serve(fake);
    const released = vi.fn();
    async function* endless(): AsyncGenerator<PutBlobRequest> {
      try {
        for (;;) yield { chunk: Buffer.alloc(65_536) };
      } finally {
        released();
      }
    }
    expect((await failureOf<AppError>(loopback.connect(port).putBlob(endless()))).code).toBe(
      'TEST_BLOB_TAKEN',
    );
    expect(released).toHaveBeenCalled();
  });

  it('is an error, not an end, for the server when the source fails', async () => {
    const fake = new FakeFragments();
    const outcome = vi.fn();
    fake.putBlob = async (messages) => {
      try {
        for await (const message of messages) outcome('chunk' in message);
        outcome('complete');
      } catch (error) {
        outcome((error as AppError).code);
      }
      return { size: 0, sha256: '' };
    };
    const { port } = await loopback.serve(fake);
    async function* failing(): AsyncGenerator<PutBlobRequest> {
      yield { chunk: Buffer.from('abc') };
      await vi.waitFor(() => expect(outcome).toHaveBeenCalledWith(true));
      throw new Error('the disk broke');
    }
    await expect(loopback.connect(port).putBlob(failing())).rejects.toThrow('the disk broke');
    await vi.waitFor(() => expect(outcome).toHaveBeenLastCalledWith('RPC_CANCELLED'));
    expect(outcome).not.toHaveBeenCalledWith('complete');
  });

  it('is an error, not an end, for the server when the connection breaks', async () => {
    const fake = new FakeFragments();
    const outcome = vi.fn();
    fake.putBlob = async (messages) => {
      try {
        for await (const message of messages) outcome('chunk' in message);
        outcome('complete');
      } catch (error) {
        outcome((error as AppError).code);
      }
      return { size: 0, sha256: '' };
    };
    const wire = await loopback.breakableWire((await loopback.serve(fake)).port);
    async function* stuck(): AsyncGenerator<PutBlobRequest> {
      yield { chunk: Buffer.from('abc') };
      await never();
    }
    const put = failureOf<AppError>(loopback.connect(wire.port).putBlob(stuck()));
    await vi.waitFor(() => expect(outcome).toHaveBeenCalledWith(true));
    wire.cut();
    expect((await put).kind).toBe('unavailable');
    await vi.waitFor(() => expect(outcome).toHaveBeenLastCalledWith('RPC_CANCELLED'));
    expect(outcome).not.toHaveBeenCalledWith('complete');
  });

  it('ends when the server makes no progress', async () => {
    const fake = new FakeFragments();
    fake.putBlob = never;
    const { port } = await loopback.serve(fake);
    const error = await failureOf<AppError>(loopback.connect(port, { idleMs: 50 }).putBlob(bytesOf()));
    expect(error.code).toBe('RPC_DEADLINE_EXCEEDED');
  });
});
