import type { FileHandle } from 'node:fs/promises';
import type { ContentCheck } from './content-check.js';

/** Bytes of one write: small chunks cost more in calls than in copying them together. */
const WRITE_BYTES = 1024 * 1024;
/** Memory that is kept for the next writers; fresh memory costs as much as the copying. */
const SPARE_MAX = 8;
const spare: Buffer[] = [];

/**
 * Writes a source into an open file. Each stretch is measured while it is being written, and the source is asked for
 * more only when both are done, so it may use its memory again.
 * @param fail makes an error of the file ours; those of the source and of the check pass as they are
 */
export async function writeDraft(
  file: FileHandle,
  source: AsyncIterable<Uint8Array>,
  check: ContentCheck,
  fail: (error: unknown) => Error,
): Promise<void> {
  const memory = spare.pop() ?? Buffer.allocUnsafeSlow(WRITE_BYTES);
  let used = 0;
  const pass = async (bytes: Uint8Array): Promise<void> => {
    const written = writeAll(file, bytes).catch((error: unknown) => Promise.reject(fail(error)));
    const results = await Promise.allSettled([written, Promise.resolve().then(() => check.update(bytes))]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  };
  const flush = async (): Promise<void> => {
    const gathered = memory.subarray(0, used);
    used = 0;
    if (gathered.length > 0) await pass(gathered);
  };
  try {
    for await (const chunk of source) {
      if (used + chunk.length > WRITE_BYTES) await flush();
      if (chunk.length >= WRITE_BYTES / 2) {
        await flush();
        await pass(chunk);
      } else {
        memory.set(chunk, used);
        used += chunk.length;
      }
    }
    await flush();
  } finally {
    if (spare.length < SPARE_MAX) spare.push(memory);
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
}
