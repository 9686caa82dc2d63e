import { describe, expect, it, vi } from 'vitest';
import { UPLOAD_LOCKED, UploadLocks } from './upload-locks.js';

const NEVER = new AbortController().signal;

describe('UploadLocks', () => {
  it('tells a second request at once that the upload is in use, and lets it in afterwards', async () => {
    const locks = new UploadLocks();
    const first = locks.newLock('a');
    await first.lock(NEVER, () => undefined);
    await expect(locks.newLock('a').lock(NEVER, () => undefined)).rejects.toBe(UPLOAD_LOCKED);
    await locks.newLock('b').lock(NEVER, () => undefined);
    await first.unlock();
    await locks.newLock('a').lock(NEVER, () => undefined);
  });

  it('asks a silent holder to let go, but never one that is receiving', async () => {
    let time = 0;
    const locks = new UploadLocks(() => time);
    const release = vi.fn();
    await locks.newLock('a').lock(NEVER, release);
    time = 14_000;
    locks.touch('a');
    time = 28_000;
    await expect(locks.newLock('a').lock(NEVER, () => undefined)).rejects.toBe(UPLOAD_LOCKED);
    expect(release).not.toHaveBeenCalled();
    time = 30_000;
    await expect(locks.newLock('a').lock(NEVER, () => undefined)).rejects.toBe(UPLOAD_LOCKED);
    expect(release).toHaveBeenCalledOnce();
  });
});
