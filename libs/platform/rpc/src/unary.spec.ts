import { AppError, defineErrors } from '@entrepot/kernel';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeFragments, Loopback, failureOf } from './loopback-fragments.spec-support.js';

const TEST_ERRORS = defineErrors({ TEST_BLOB_TAKEN: ['conflict', 'The blob is there already'] });
const ADDRESS = { area: 'package', owner: '1234567890', name: 'info' } as const;

const loopback = new Loopback();
afterEach(() => loopback.end());

describe('a unary call', () => {
  it('carries numbers, lists and absent fields with their defaults', async () => {
    const fake = new FakeFragments();
    const seen = vi.fn(async () => ({}));
    fake.publishPackage = seen;
    const { port } = await loopback.serve(fake);
    const blobs = [{ name: 'info', size: 5_000_000_000, sha256: 'ab' }];
    await expect(loopback.connect(port).publishPackage({ fileId: '1234567890', blobs })).resolves.toEqual({});
    expect(seen).toHaveBeenCalledWith({ fileId: '1234567890', blobs });
    await loopback.connect(port).publishPackage({ fileId: '', blobs: [] });
    expect(seen).toHaveBeenLastCalledWith({ fileId: '', blobs: [] });
  });

  it('brings an AppError over with code, kind, message and details', async () => {
    const fake = new FakeFragments();
    fake.deleteBlobs = () =>
      Promise.reject(
        new AppError(TEST_ERRORS.TEST_BLOB_TAKEN, 'Blob «é» is taken', { field: 'name', tries: 2 }),
      );
    const onFault = vi.fn();
    const { port } = await loopback.serve(fake, 0, onFault);
    const error = await failureOf<AppError>(loopback.connect(port).deleteBlobs(ADDRESS));
    expect(error.definition).toEqual(TEST_ERRORS.TEST_BLOB_TAKEN);
    expect(error.message).toBe('Blob «é» is taken');
    expect(error.details).toEqual({ field: 'name', tries: 2 });
    expect(onFault).not.toHaveBeenCalled();
  });

  it('tells the caller nothing about another error, and reports it where it happened', async () => {
    const fake = new FakeFragments();
    fake.checkStorage = () => Promise.reject(new Error('password=hunter2'));
    const onFault = vi.fn();
    const { port } = await loopback.serve(fake, 0, onFault);
    const error = await failureOf<AppError>(loopback.connect(port).checkStorage({}));
    expect(error.code).toBe('RPC_INTERNAL');
    expect(JSON.stringify([error.message, String(error.cause)])).not.toContain('hunter2');
    expect(onFault).toHaveBeenCalledWith('/entrepot.fragments.v1.Fragments/CheckStorage', expect.any(Error));
  });

  it('survives an error too large for the trailers', async () => {
    const fake = new FakeFragments();
    fake.checkStorage = () =>
      Promise.reject(
        new AppError(TEST_ERRORS.TEST_BLOB_TAKEN, 'x'.repeat(90_000), { field: 'y'.repeat(90_000) }),
      );
    const { port } = await loopback.serve(fake);
    const error = await failureOf<AppError>(loopback.connect(port).checkStorage({}));
    expect(error.code).toBe('TEST_BLOB_TAKEN');
    expect(error.details).toEqual({});
  });

  it('ends at its deadline', async () => {
    const fake = new FakeFragments();
    fake.checkStorage = () => new Promise(() => undefined);
    const { port } = await loopback.serve(fake);
    const error = await failureOf<AppError>(loopback.connect(port, { deadlineMs: 50 }).checkStorage({}));
    expect([error.code, error.kind]).toEqual(['RPC_DEADLINE_EXCEEDED', 'unavailable']);
  });

  it('fails while the server is down and works again once it is back', async () => {
    const first = await loopback.serve(new FakeFragments());
    const client = loopback.connect(first.port);
    await client.checkStorage({});
    await first.stop();
    const error = await failureOf<AppError>(client.checkStorage({}));
    expect([error.code, error.kind]).toEqual(['RPC_UNAVAILABLE', 'unavailable']);
    await loopback.serve(new FakeFragments(), first.port);
    await vi.waitFor(() => client.checkStorage({}), { timeout: 10_000, interval: 50 });
  });
});
