import { Readable } from 'node:stream';

/** Passes a stream on, with its errors made into ours. Destroying the one destroys the other. */
export function relabelErrors(stream: Readable, relabel: (error: unknown) => Error): Readable {
  const passed = Readable.from(pass(stream, relabel), { objectMode: false });
  // A generator that was never asked for anything does not run its end, so the source is closed from here.
  passed.once('close', () => stream.destroy());
  return passed;
}

async function* pass(stream: Readable, relabel: (error: unknown) => Error): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    throw relabel(error);
  }
}
