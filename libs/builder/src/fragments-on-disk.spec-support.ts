import type {
  AdoptBlobsRequest,
  BlobAddress,
  BlobChunk,
  BlobOwner,
  Empty,
  FragmentsRpc,
  GetBlobRequest,
  PublishPackageRequest,
  PutBlobRequest,
  StoredBlob,
} from '@entrepot/contracts';
import { AppError, defineErrors, sha256Hex } from '@entrepot/kernel';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const ERRORS = defineErrors({
  FRAGMENTS_DOWN: ['unavailable', 'Down'],
  FRAGMENTS_PACKAGE_PUBLISHED: ['conflict', 'Published'],
});

/** Stands in for the fragments program: blobs as files, failures on demand. */
export class FragmentsOnDisk implements FragmentsRpc {
  readonly published = new Map<string, PublishPackageRequest>();
  /** Throws to make a call fail, or lets it wait; told of the call and of the blob, or of the owner, it is about. */
  failure: (call: keyof FragmentsRpc, name: string) => void | Promise<void> = () => undefined;

  constructor(private readonly directory: string) {}

  /** For `failure`: nothing answers. */
  static down(): never {
    throw new AppError(ERRORS.FRAGMENTS_DOWN, 'nobody answers');
  }

  async checkStorage(): Promise<Empty> {
    await this.failure('checkStorage', '');
    return {};
  }

  async putBlob(request: AsyncIterable<PutBlobRequest>): Promise<StoredBlob> {
    let address: BlobAddress | null = null;
    const chunks: Uint8Array[] = [];
    for await (const message of request) {
      if ('address' in message) address = message.address;
      else chunks.push(message.chunk);
      await this.failure('putBlob', address?.name ?? '');
    }
    if (address === null) throw new Error('no address');
    const bytes = Buffer.concat(chunks);
    await mkdir(this.path(address), { recursive: true });
    await writeFile(join(this.path(address), address.name), bytes);
    return { size: bytes.length, sha256: sha256Hex(bytes) };
  }

  async *getBlob({ address, offset, length }: GetBlobRequest): AsyncGenerator<BlobChunk> {
    await this.failure('getBlob', address.name);
    const bytes = await readFile(join(this.path(address), address.name));
    const end = length === 0 ? bytes.length : Math.min(bytes.length, offset + length);
    for (let at = offset; at < end; at += 65_536)
      yield { chunk: bytes.subarray(at, Math.min(end, at + 65_536)) };
  }

  async adoptBlobs({ from, to, blobs }: AdoptBlobsRequest): Promise<Empty> {
    const target = this.path({ area: 'package', owner: to });
    await mkdir(target, { recursive: true });
    for (const { name, as } of blobs) {
      await this.failure('adoptBlobs', as);
      await copyFile(join(this.path({ area: 'upload', owner: from }), name), join(target, as));
    }
    return {};
  }

  async deleteBlobs(owner: BlobOwner): Promise<Empty> {
    await this.failure('deleteBlobs', owner.owner);
    if (this.published.has(owner.owner)) throw new AppError(ERRORS.FRAGMENTS_PACKAGE_PUBLISHED, 'it stays');
    await rm(this.path(owner), { recursive: true, force: true });
    return {};
  }

  async publishPackage(request: PublishPackageRequest): Promise<Empty> {
    this.published.set(request.fileId, request);
    await this.failure('publishPackage', '');
    return {};
  }

  /** Names of the stored blobs of an owner. */
  async stored(owner: BlobOwner): Promise<string[]> {
    return (await readdir(this.path(owner)).catch(() => [])).sort();
  }

  /** Owners that have blobs in an area. */
  async owners(area: BlobOwner['area']): Promise<string[]> {
    return readdir(join(this.directory, area)).catch(() => []);
  }

  read(address: BlobAddress): Promise<Buffer> {
    return readFile(join(this.path(address), address.name));
  }

  /** Changes stored bytes behind everybody's back. */
  async replace(address: BlobAddress, change: (bytes: Buffer) => Buffer): Promise<void> {
    await writeFile(join(this.path(address), address.name), change(await this.read(address)));
  }

  private path({ area, owner }: BlobOwner): string {
    return join(this.directory, area, owner);
  }
}
