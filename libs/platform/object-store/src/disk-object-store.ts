import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, rename, rm, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { OnModuleInit } from '@nestjs/common';
import { AppError, Coalescer } from '@entrepot/kernel';
import { ContentCheck } from './content-check.js';
import { readDigestNote, digestNotePath, writeDigestNote } from './disk-digest-note.js';
import { writeDraft } from './disk-draft.js';
import { makeFolder, removeEmptyFolders, syncFolder } from './disk-folders.js';
import { listFiles } from './disk-list.js';
import { DiskObjectStream } from './disk-object-stream.js';
import { OBJECT_STORE_ERRORS, objectNotFound, rangeInvalid, storeUnavailable } from './errors.js';
import { checkPrefix, type ObjectKey } from './object-key.js';
import {
  checkRange,
  ObjectStore,
  type ByteRange,
  type ExpectedContent,
  type ObjectStat,
  type StoredContent,
} from './object-store.js';

/** Of placing an object; more would mean that somebody deletes as fast as we write. */
const ATTEMPTS = 3;

export interface DiskOptions {
  /** Folder that belongs to this store alone; made when missing. One process at a time may use it. */
  readonly directory: string;
}

/**
 * Objects as plain files: `objects/<key>`. They are written in `incoming/`, on the same file system, made safe with
 * fsync, and renamed into place.
 */
export class DiskObjectStore extends ObjectStore implements OnModuleInit {
  private readonly objects: string;
  private readonly incoming: string;
  private prepared: Promise<void> | null = null;
  /** Objects that come into a folder side by side share its fsync, and its failure: those of others do not. */
  private readonly syncs = new Coalescer<string, PromiseSettledResult<void>>(
    (folders) => Promise.allSettled(folders.map(syncFolder)),
    { maxKeys: 16 },
  );

  constructor(options: DiskOptions) {
    super();
    this.objects = join(options.directory, 'objects');
    this.incoming = join(options.directory, 'incoming');
  }

  /** Makes the folders and removes what interrupted writers left. */
  async onModuleInit(): Promise<void> {
    await this.prepare();
    await guard('tidy up the object store', async () => {
      for (const draft of await readdir(this.incoming)) await rm(join(this.incoming, draft), { force: true });
    });
  }

  override async put(
    key: ObjectKey,
    source: AsyncIterable<Uint8Array>,
    expected: ExpectedContent = {},
  ): Promise<StoredContent> {
    await this.prepare();
    const draft = join(this.incoming, randomUUID());
    const check = new ContentCheck(expected);
    const failed = (error: unknown): Error => storeUnavailable(`write ${key}`, error);
    const file = await guard(`write ${key}`, () => open(draft, 'wx'));
    try {
      let content: StoredContent;
      try {
        await writeDraft(file, source, check, failed);
        content = check.finish();
        await guard(`write ${key}`, async () => {
          const facts = await file.stat({ bigint: true });
          await bothEnded(file.sync(), writeDigestNote(draft, content.sha256, facts));
        });
      } finally {
        await file.close();
      }
      await guard(`write ${key}`, () => refuseConflict(key, () => this.publish(key, draft)));
      return content;
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      await rm(digestNotePath(draft), { force: true }).catch(() => undefined);
      throw error;
    }
  }

  override async get(key: ObjectKey, range?: ByteRange, chunkBytes?: number): Promise<Readable> {
    if (range !== undefined) checkRange(range);
    const failed = (error: unknown): Error => storeUnavailable(`read ${key}`, error);
    const { file, size } = await this.openObject(key);
    if (range !== undefined && range.start >= size) {
      await file.close();
      throw rangeInvalid(`${key} has ${size} bytes`);
    }
    const end = Math.min(range?.end ?? Infinity, size - 1);
    return new DiskObjectStream(file, range?.start ?? 0, end, failed, chunkBytes);
  }

  override async stat(key: ObjectKey): Promise<ObjectStat | null> {
    const path = this.path(key);
    const facts = await guard(`look at ${key}`, () => absentAsNull(stat(path, { bigint: true })));
    if (facts === null || !facts.isFile()) return null;
    const sha256 = await guard(`look at ${key}`, () => readDigestNote(path, facts));
    return { key, size: Number(facts.size), sha256, modifiedAt: facts.mtime };
  }

  override async *list(prefix: string): AsyncGenerator<ObjectStat> {
    const files = listFiles(this.objects, checkPrefix(prefix));
    for (;;) {
      const { done, value } = await guard(`list ${prefix}`, () => files.next());
      if (done) return;
      yield value;
    }
  }

  override async copy(source: ObjectKey, target: ObjectKey): Promise<void> {
    await this.prepare();
    const from = this.path(source);
    const draft = join(this.incoming, randomUUID());
    try {
      const isLinked = await guard(`copy ${source}`, async () => {
        const facts = await absentAsNull(stat(from));
        if (facts === null || !facts.isFile()) throw objectNotFound(source);
        if (!(await linked(from, draft))) return false;
        await absentAsNull(link(digestNotePath(from), digestNotePath(draft)));
        return true;
      });
      if (isLinked)
        await guard(`write ${target}`, () => refuseConflict(target, () => this.publish(target, draft)));
      else await this.put(target, await this.get(source));
    } finally {
      // Renaming a file to another name of its own leaves both names.
      await rm(draft, { force: true }).catch(() => undefined);
      await rm(digestNotePath(draft), { force: true }).catch(() => undefined);
    }
  }

  override async delete(key: ObjectKey): Promise<void> {
    const path = this.path(key);
    await guard(`delete ${key}`, async () => {
      const facts = await absentAsNull(stat(path));
      if (facts === null || !facts.isFile()) return;
      await absentAsNull(unlink(path));
      await absentAsNull(unlink(digestNotePath(path)));
      await removeEmptyFolders(dirname(path), this.objects);
    });
  }

  override async check(): Promise<void> {
    await this.prepare();
    const probe = join(this.incoming, randomUUID());
    await guard('write to the object store', async () => {
      const file = await open(probe, 'wx');
      try {
        await file.writeFile('probe');
      } finally {
        await file.close();
        await rm(probe, { force: true });
      }
    });
  }

  private prepare(): Promise<void> {
    this.prepared ??= guard('prepare the object store', async () => {
      await mkdir(this.objects, { recursive: true });
      await mkdir(this.incoming, { recursive: true });
    }).catch((error: unknown) => {
      this.prepared = null;
      throw error;
    });
    return this.prepared;
  }

  /** The note goes first: it names the draft's own time stamp, so it is worthless until the draft is in place. */
  private async publish(key: ObjectKey, draft: string): Promise<void> {
    const path = this.path(key);
    const folder = dirname(path);
    const place = async (): Promise<void> => {
      await absentAsNull(rename(digestNotePath(draft), digestNotePath(path)));
      await rename(draft, path);
    };
    // The folder is missing at first, or somebody who deleted its last object removed it between our steps.
    for (let attempt = 1; ; attempt++) {
      try {
        await place();
        break;
      } catch (error) {
        if (!isCode(error, 'ENOENT') || attempt === ATTEMPTS) throw error;
        await makeFolder(folder, this.objects);
      }
    }
    const synced = await this.syncs.get(folder);
    if (synced.status === 'rejected') throw synced.reason;
  }

  private async openObject(key: ObjectKey): Promise<{ readonly file: FileHandle; readonly size: number }> {
    const file = await guard(`read ${key}`, () => absentAsNull(open(this.path(key), 'r')));
    if (file === null) throw objectNotFound(key);
    try {
      const facts = await guard(`read ${key}`, () => file.stat());
      if (!facts.isFile()) throw objectNotFound(key);
      return { file, size: facts.size };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private path(key: ObjectKey): string {
    return join(this.objects, key);
  }
}

async function guard<T>(doing: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw error instanceof AppError ? error : storeUnavailable(doing, error);
  }
}

/** An S3 server keeps `a` and `a/b` side by side; a disk cannot, and must say so rather than seem broken. */
async function refuseConflict<T>(key: ObjectKey, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (['EISDIR', 'ENOTDIR', 'EEXIST', 'ENOTEMPTY'].some((code) => isCode(error, code))) {
      throw new AppError(
        OBJECT_STORE_ERRORS.OBJECT_STORE_KEY_CONFLICT,
        `${key} cannot be stored: a part of it is the key of another object, or it is a folder of others`,
        { field: 'key' },
        { cause: error },
      );
    }
    throw error;
  }
}

async function absentAsNull<T>(operation: Promise<T>): Promise<T | null> {
  try {
    return await operation;
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return null;
    throw error;
  }
}

/** @returns false where the file system knows no second names, or has no more for this file */
async function linked(path: string, other: string): Promise<boolean> {
  try {
    await link(path, other);
    return true;
  } catch (error) {
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].some((code) => isCode(error, code)))
      return false;
    throw error;
  }
}

/** Neither goes on when it has failed: what comes next removes what they work on. */
async function bothEnded(...work: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}
