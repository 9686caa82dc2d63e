import { defineRpc } from './define-rpc.js';

export interface BlobOwner {
  readonly area: 'upload' | 'package';
  /** An upload id or a file id. */
  readonly owner: string;
}

export interface BlobAddress extends BlobOwner {
  readonly name: string;
}

/** The first message of a PutBlob carries the address, the others the bytes. */
export type PutBlobRequest = { readonly address: BlobAddress } | { readonly chunk: Uint8Array };

export interface StoredBlob {
  /** Bytes. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

export interface GetBlobRequest {
  readonly address: BlobAddress;
  /** First byte to send. */
  readonly offset: number;
  /** Bytes to send; 0 means to the end. */
  readonly length: number;
}

export interface BlobChunk {
  readonly chunk: Uint8Array;
}

/** A blob of an upload, and what it is called in a package. */
export interface AdoptedBlob {
  readonly name: string;
  readonly as: string;
}

export interface AdoptBlobsRequest {
  /** Owner of the blobs in the area of uploads. */
  readonly from: string;
  /** File id of the package that gets them. */
  readonly to: string;
  /** At most `MAX_ADOPTED_BLOBS`. */
  readonly blobs: readonly AdoptedBlob[];
}

/** Takes a second, far less than any deadline of a call. */
export const MAX_ADOPTED_BLOBS = 256;

export interface PublishedBlob extends StoredBlob {
  /** `info` or `<file id>-<n>`. */
  readonly name: string;
}

export interface PublishPackageRequest {
  readonly fileId: string;
  readonly blobs: readonly PublishedBlob[];
}

export type Empty = Readonly<Record<string, never>>;

export interface FragmentsRpc {
  checkStorage(request: Empty): Promise<Empty>;
  putBlob(request: AsyncIterable<PutBlobRequest>): Promise<StoredBlob>;
  getBlob(request: GetBlobRequest): AsyncIterable<BlobChunk>;
  adoptBlobs(request: AdoptBlobsRequest): Promise<Empty>;
  deleteBlobs(request: BlobOwner): Promise<Empty>;
  publishPackage(request: PublishPackageRequest): Promise<Empty>;
}

export const fragmentsRpc = defineRpc<FragmentsRpc>('fragments.proto', 'entrepot.fragments.v1.Fragments', {
  checkStorage: 'unary',
  putBlob: 'client-stream',
  getBlob: 'server-stream',
  adoptBlobs: 'unary',
  deleteBlobs: 'unary',
  publishPackage: 'unary',
});
