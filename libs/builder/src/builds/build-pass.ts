import type { PublishedBlob } from '@entrepot/contracts';
import type { Digests, FileId } from '@entrepot/kernel';
import type { FragmentPlan } from '@entrepot/ocs-wire';
import type { VirusScan } from '../packages/package-origin.js';
import type { BlobStorage } from '../storage/blob-storage.js';
import { DigestCheck } from '../storage/digest-check.js';
import { openDigest } from '../storage/digest-thread.js';
import { heardBy, type StreamListener } from '../storage/heard-stream.js';
import type { DigestAlgorithm, StreamDigest } from '../storage/stream-digest.js';
import type { UploadedArchive } from '../uploads/uploaded-archive.js';
import { BuildProgress } from './build-progress.js';
import type { UploadScan } from './clamd-scan.js';
import { cutArchive } from './cut-archive.js';
import { KeptParts } from './keep-parts.js';
import type { PackedUpload } from './pack-upload.js';
import { ReadBack } from './read-back.js';

/** What one build reads and where it goes. */
export interface PassParts {
  readonly storage: BlobStorage;
  readonly uploaded: UploadedArchive;
  readonly packed: PackedUpload;
  readonly plan: FragmentPlan;
  readonly tell: (done: number, total: number) => Promise<void>;
}

/** What the pass has found out. */
export interface PassResult {
  /** In order, each read back. */
  readonly fragments: readonly PublishedBlob[];
  readonly archive: Digests;
  readonly sourceSha256: string;
  readonly virusScan: VirusScan | null;
}

/**
 * The one reading of an upload: everything that wants its bytes hears them while they are packed, cut and stored. All
 * digests are computed in threads of their own, as these are what takes time. Fragments are read back meanwhile.
 */
export class BuildPass {
  private readonly opened: { close(): Promise<void> }[] = [];

  constructor(private readonly parts: PassParts) {}

  /**
   * @param scan hears the upload; null without a virus scanner
   * @throws AppError of kind `invalid` when the upload is to blame, BUILDER_STORAGE_UNAVAILABLE,
   * BUILDER_SCANNER_UNAVAILABLE, BUILDER_BYTES_DIFFER
   */
  async run(fileId: FileId, scan: UploadScan | null): Promise<PassResult> {
    const { storage, uploaded, packed, plan } = this.parts;
    const { check } = packed;
    for (const item of [scan, check]) if (item !== null) this.opened.push(item);
    const kept = packed.isUpload ? new KeptParts(storage, uploaded, fileId, plan) : null;
    if (kept?.isWorthwhile) return this.keep(kept, scan);
    const progress = this.progress();
    if (packed.needsPreparation) await packed.prepare(heardBy(uploaded.readAll(), [progress]));

    const source = packed.isUpload ? null : this.source();
    const upload = heardBy(uploaded.readAll(), listening(progress, scan, source?.check, source?.digest));
    const md5 = this.digest('md5');
    // Of an only fragment it is computed anyway.
    const sha256 = packed.isUpload && plan.count === 1 ? null : this.digest('sha256');
    const archive = heardBy(packed.archive(upload), listening(md5, sha256, check));
    const made = new LaterDigest();
    const readBack = this.readBack(made.value, progress);

    const fragments = await cutArchive(archive, fileId, plan, storage, readBack);
    await check?.finish();
    const virusScan = (await scan?.finish()) ?? null;
    await source?.check.finish();
    const digests = {
      ...(await md5.finish()),
      sha256: (await sha256?.finish())?.sha256 ?? fragments[0]?.sha256 ?? '',
      size: packed.size,
    };
    made.tell(digests.sha256);
    const sourceSha256 = (await source?.digest.finish())?.sha256 ?? digests.sha256;
    await readBack.finish();
    return { fragments, archive: digests, sourceSha256, virusScan };
  }

  /** The upload arrived cut as its fragments are: their reading back is the only reading. */
  private async keep(kept: KeptParts, scan: UploadScan | null): Promise<PassResult> {
    const { uploaded, packed, tell } = this.parts;
    const { check } = packed;
    const progress = new BuildProgress(uploaded.size, tell);
    // Both in one thread: handing bytes to a third one costs more than it wins where two processors are to be had.
    const digest = this.digest('md5', 'sha256');
    const received = new DigestCheck('the archive', this.digest('sha256'), uploaded.received);
    const archive = heardBy(kept.readBack(), listening(progress, scan, digest, received, check));
    while ((await archive.next()).done !== true);
    await received.finish();
    await check?.finish();
    const virusScan = (await scan?.finish()) ?? null;
    const digests = { ...(await digest.finish()), size: packed.size };
    return { fragments: kept.fragments, archive: digests, sourceSha256: digests.sha256, virusScan };
  }

  async close(): Promise<void> {
    await Promise.all(this.opened.map((item) => item.close()));
  }

  private digest<Algorithm extends DigestAlgorithm>(...algorithms: Algorithm[]): StreamDigest<Algorithm> {
    const digest = openDigest(algorithms, this.parts.uploaded.size);
    this.opened.push(digest);
    return digest;
  }

  /** What an upload is checked by that is packed here, so that reading the archive back says nothing of it. */
  private source(): { readonly check: DigestCheck; readonly digest: StreamDigest<'sha256'> } {
    const { received } = this.parts.uploaded;
    return {
      check: new DigestCheck('the upload', this.digest('sha256'), received),
      digest: this.digest('sha256'),
    };
  }

  /** Where the upload is the archive, what is stored is compared with what was received: that proves all at once. */
  private readBack(made: Promise<string>, progress: StreamListener): ReadBack {
    const { storage, uploaded, packed } = this.parts;
    const known = packed.isUpload ? uploaded.received : [{ size: packed.size, sha256: made }];
    const check = new DigestCheck('the archive', this.digest('sha256'), known);
    const readBack = new ReadBack(storage, check, progress);
    this.opened.push(readBack);
    return readBack;
  }

  private progress(): BuildProgress {
    const { uploaded, packed, tell } = this.parts;
    return new BuildProgress(uploaded.size * (packed.needsPreparation ? 2 : 1) + packed.size, tell);
  }
}

/** A digest that is known once everything has been read. */
class LaterDigest {
  readonly value: Promise<string>;
  private resolve: (sha256: string) => void = () => undefined;

  constructor() {
    this.value = new Promise((resolve) => (this.resolve = resolve));
  }

  tell(sha256: string): void {
    this.resolve(sha256);
  }
}

function listening(...listeners: (StreamListener | null | undefined)[]): StreamListener[] {
  return listeners.filter((listener) => listener !== null && listener !== undefined);
}
