import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Wraps a wait for the other side, so that it can be watched. */
export type WatchedWait = <T>(wait: Promise<T>) => Promise<T>;

/**
 * Writes messages to one side of a call no faster than the other side takes them, until they end or `stopped` fires.
 * Whatever the reason for ending early, the source is told through its iterator's `return`.
 * @throws whatever the source throws
 */
export async function pump(
  messages: AsyncIterable<unknown>,
  sink: Writable,
  stopped: AbortSignal,
  watched: WatchedWait = (wait) => wait,
): Promise<void> {
  const iterator = messages[Symbol.asyncIterator]();
  let exhausted = false;
  try {
    while (!stopped.aborted) {
      const next = await unlessAborted(iterator.next(), stopped);
      if (next === null) return;
      if (next.done) {
        exhausted = true;
        return;
      }
      if (!sink.write(next.value)) await unlessAborted(watched(drained(sink, stopped)), stopped);
    }
  } finally {
    if (!exhausted) release(iterator);
  }
}

async function drained(sink: Writable, stopped: AbortSignal): Promise<void> {
  try {
    await once(sink, 'drain', { signal: stopped });
  } catch (error) {
    if (!stopped.aborted) throw error;
  }
}

/** Not awaited: a source that is itself waiting for something runs its `finally` when that comes. */
function release(iterator: AsyncIterator<unknown>): void {
  void Promise.resolve(iterator.return?.()).catch(() => undefined);
}

/** Unlike `Promise.race` against one long-lived promise, this leaves nothing behind for each message. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(null);
    const done = (settle: () => void): void => {
      signal.removeEventListener('abort', stop);
      settle();
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    work.then(
      (value) => done(() => resolve(value)),
      (error: unknown) => done(() => reject(error as Error)),
    );
  });
}
