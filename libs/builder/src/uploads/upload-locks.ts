import type { Lock, Locker, RequestRelease } from '@tus/utils';

/** What tus answers when somebody else is sending to the same upload. */
export const UPLOAD_LOCKED = {
  status_code: 423,
  body: 'Another request is using this upload; try again when it is done.',
};
/** A holder that has received nothing for so long may be a connection that died without a word. */
const IDLE_MS = 15_000;

interface Holder {
  readonly release: RequestRelease;
  lastByteAt: number;
}

/**
 * One request at a time for each upload of this process; the second is told so at once. Between processes the
 * database decides: an offset moves only from where a request found it.
 */
export class UploadLocks implements Locker {
  private readonly holders = new Map<string, Holder>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  newLock(id: string): Lock {
    return {
      lock: (_signal, release) => this.acquire(id, release),
      unlock: () => {
        this.holders.delete(id);
        return Promise.resolve();
      },
    };
  }

  /** Tells that bytes are arriving for the holder. */
  touch(id: string): void {
    const holder = this.holders.get(id);
    if (holder !== undefined) holder.lastByteAt = this.now();
  }

  private async acquire(id: string, release: RequestRelease): Promise<void> {
    const holder = this.holders.get(id);
    if (holder !== undefined) {
      if (this.now() - holder.lastByteAt > IDLE_MS) await holder.release();
      throw UPLOAD_LOCKED;
    }
    this.holders.set(id, { release, lastByteAt: this.now() });
  }
}
