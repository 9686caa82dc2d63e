import type {
  AdoptBlobsRequest,
  BlobChunk,
  BlobOwner,
  Empty,
  FragmentsRpc,
  GetBlobRequest,
  PublishPackageRequest,
  PutBlobRequest,
  StoredBlob,
} from '@entrepot/contracts';
import { ObjectStore } from '@entrepot/platform-object-store';
import { Injectable } from '@nestjs/common';
import { AdoptBlobs } from './adopt-blobs.js';
import { DeleteBlobs } from './delete-blobs.js';
import { GetBlob } from './get-blob.js';
import { PublishPackage } from './publish-package.js';
import { PutBlob } from './put-blob.js';

/** What other contexts may ask of the fragments program: one operation each. */
@Injectable()
export class FragmentsService implements FragmentsRpc {
  constructor(
    private readonly store: ObjectStore,
    private readonly put: PutBlob,
    private readonly get: GetBlob,
    private readonly adopt: AdoptBlobs,
    private readonly remove: DeleteBlobs,
    private readonly publish: PublishPackage,
  ) {}

  async checkStorage(): Promise<Empty> {
    await this.store.check();
    return {};
  }

  putBlob(request: AsyncIterable<PutBlobRequest>): Promise<StoredBlob> {
    return this.put.execute(request);
  }

  getBlob(request: GetBlobRequest): AsyncIterable<BlobChunk> {
    return this.get.execute(request);
  }

  async adoptBlobs(request: AdoptBlobsRequest): Promise<Empty> {
    await this.adopt.execute(request);
    return {};
  }

  async deleteBlobs(request: BlobOwner): Promise<Empty> {
    await this.remove.execute(request);
    return {};
  }

  async publishPackage(request: PublishPackageRequest): Promise<Empty> {
    await this.publish.execute(request);
    return {};
  }
}
