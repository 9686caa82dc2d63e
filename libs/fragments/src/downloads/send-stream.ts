import type { FastifyReply } from 'fastify';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { DownloadLane } from '../limits/download-lane.js';

export interface StreamedAnswer {
  readonly status: 200 | 206;
  readonly headers: OutgoingHttpHeaders;
  /** Bytes that the body must have. */
  readonly size: number;
  /** What holds it back; null when nothing does. */
  readonly lane: DownloadLane | null;
}

/** How an answer ended. */
export interface StreamedBody {
  /** Bytes that were handed to the system. */
  readonly bytes: number;
  /** Whether those were all. */
  readonly isComplete: boolean;
  /** Why the server broke it off; null when it did not. */
  readonly failure: Error | null;
}

/**
 * Answers with a stream, as fast as the client and the lane take it. The head goes out once the first bytes are there,
 * so that a failure of the store can still become a status. A body of another length than promised, or a failure
 * midway, breaks the connection: whoever got half must see it.
 * @throws the stream's error, or Error when it ends without a byte; nothing was sent then
 */
export async function sendStream(
  source: Readable,
  reply: FastifyReply,
  { status, headers, size, lane }: StreamedAnswer,
): Promise<StreamedBody> {
  const response = reply.raw;
  const chunks = (source as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const handedOver = { bytes: 0 };
  let bytes = 0;
  let failure: Error | null = null;
  try {
    let next = await chunks.next();
    if (next.done) throw new Error('The stored object is empty.');
    reply.hijack();
    response.writeHead(status, headers);
    try {
      for (; !next.done && !response.destroyed; next = await chunks.next()) {
        if (bytes + next.value.length > size) break;
        bytes += await write(response, next.value, lane, handedOver);
      }
      if ((bytes !== size || !next.done) && !response.destroyed)
        throw new Error(`The stored object has not the ${size} bytes that it should have.`);
    } catch (error) {
      failure = error as Error;
      response.destroy();
    }
  } finally {
    source.destroy();
  }
  await ended(response);
  return { bytes: handedOver.bytes, isComplete: handedOver.bytes === size, failure };
}

/**
 * @param handedOver grows by what the system has taken; whoever has all of it may be gone before the answer is ended
 * @returns how many of the bytes were written; fewer when nobody reads any more
 */
async function write(
  response: ServerResponse,
  chunk: Buffer,
  lane: DownloadLane | null,
  handedOver: { bytes: number },
): Promise<number> {
  const isGone = (): boolean => response.destroyed;
  let written = 0;
  while (written < chunk.length) {
    const slice = chunk.subarray(written, written + Math.min(lane?.slice ?? Infinity, chunk.length));
    if (lane !== null) await lane.pace(slice.length, isGone);
    if (isGone()) return written;
    const isTaken = response.write(slice, (error) => {
      if (error == null) handedOver.bytes += slice.length;
    });
    if (!isTaken && !(await drained(response))) return written;
    written += slice.length;
  }
  return written;
}

/** Waits until more can be written; false when nobody reads any more. */
function drained(response: ServerResponse): Promise<boolean> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve(false);
    const done = (isDrained: boolean): void => {
      response.off('drain', onDrain).off('close', onClose);
      resolve(isDrained);
    };
    const onDrain = (): void => done(true);
    const onClose = (): void => done(false);
    response.on('drain', onDrain).on('close', onClose);
  });
}

/** Ends the answer, and waits until it is out or its client is gone. */
function ended(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    // What was written last is told of after this turn.
    if (response.destroyed) return void setImmediate(resolve);
    response.once('close', resolve).end(resolve);
  });
}
