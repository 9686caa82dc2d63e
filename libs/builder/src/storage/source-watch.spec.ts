import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { SourceWatch } from './source-watch.js';

async function* source(failure?: Error): AsyncGenerator<Uint8Array> {
  yield Buffer.from('abc');
  if (failure !== undefined) throw failure;
  yield Buffer.from('def');
}

it('keeps the failure of a source, whatever its reader makes of it', async () => {
  const watch = new SourceWatch();
  const gone = new Error('gone');
  await expect(Readable.from(watch.watched(source(gone))).toArray()).rejects.toThrow();
  expect(() => watch.throwFailure()).toThrow(gone);
});

it('keeps nothing of a reader that fails by itself, and closes the source', async () => {
  const watch = new SourceWatch();
  let isClosed = false;
  async function* closing(): AsyncGenerator<Uint8Array> {
    try {
      yield* source();
    } finally {
      isClosed = true;
    }
  }
  const reader = watch.watched(closing());
  await reader.next();
  await expect(reader.throw(new Error('cannot gunzip this'))).rejects.toThrow('gunzip');
  expect(isClosed).toBe(true);
  expect(() => watch.throwFailure()).not.toThrow();
});
