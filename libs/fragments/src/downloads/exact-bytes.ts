import { once } from 'node:events';
import { Readable } from 'node:stream';

/**
 * Waits until a stream has its first bytes, so that a failure of the store can still become a status, then passes it
 * on. The new stream fails when the bytes are not exactly as many as promised in Content-Length: an agent whose body
 * is short must see a broken connection.
 * @throws the stream's error, or Error when it ends without a byte
 */
export async function exactBytes(
  source: Readable,
  size: number,
  onBytes: (bytes: number) => void,
): Promise<Readable> {
  await once(source, 'readable');
  if (source.readableLength === 0) {
    source.destroy();
    throw new Error('The stored object is empty.');
  }
  const passed = Readable.from(measured(source, size, onBytes), { objectMode: false });
  // A generator that was never asked for anything does not run its end, so the source is closed from here.
  passed.once('close', () => source.destroy());
  return passed;
}

async function* measured(
  source: Readable,
  size: number,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const chunk of source as AsyncIterable<Uint8Array>) {
    sent += chunk.length;
    if (sent > size) break;
    onBytes(chunk.length);
    yield chunk;
  }
  if (sent !== size) throw new Error(`The stored object has not the ${size} bytes that it should have.`);
}
