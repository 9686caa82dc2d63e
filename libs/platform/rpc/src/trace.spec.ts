import { continueTrace, currentLogContext, withLogContext } from '@entrepot/platform-telemetry';
import type { BlobAddress, PutBlobRequest } from '@entrepot/contracts';
import { afterEach, expect, it } from 'vitest';
import { FakeFragments, Loopback } from './loopback-fragments.spec-support.js';

const ADDRESS = { area: 'package', owner: '1234567890', name: 'info' } as const;

async function* nothingFor(address: BlobAddress): AsyncGenerator<PutBlobRequest> {
  yield await Promise.resolve({ address });
}

const loopback = new Loopback();
afterEach(() => loopback.end());

it('A call of any kind goes on with the trace of its caller, in a span of its own.', async () => {
  const seen: Record<string, unknown>[] = [];
  const note = (): void => void seen.push(currentLogContext());
  const fake = new FakeFragments();
  fake.checkStorage = async () => {
    note();
    return {};
  };
  fake.getBlob = async function* () {
    note();
    yield { chunk: Buffer.from('x') };
  };
  fake.putBlob = async (messages) => {
    for await (const message of messages) expect(message).toBeDefined();
    note();
    return { size: 0, sha256: '' };
  };
  const { port } = await loopback.serve(fake);
  const client = loopback.connect(port);
  const trace = continueTrace(undefined);
  await withLogContext({ ...trace }, async () => {
    await client.checkStorage({});
    for await (const { chunk } of client.getBlob({ address: ADDRESS, offset: 0, length: 0 })) {
      expect(chunk).toHaveLength(1);
    }
    await client.putBlob(nothingFor(ADDRESS));
  });
  expect(seen).toHaveLength(3);
  for (const { traceId, spanId } of seen) {
    expect(traceId).toBe(trace.traceId);
    expect(spanId).not.toBe(trace.spanId);
  }
});
