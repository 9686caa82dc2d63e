import type { BlobAddress, PutBlobRequest, StoredBlob } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { ObjectStore } from '@entrepot/platform-object-store';
import { Injectable } from '@nestjs/common';
import { blobKey } from './blob-address.js';
import { ERRORS } from '../errors.js';
import { RefusePublished } from './refuse-published.js';

/** Stores one blob from a stream of messages, of which the first is the address. */
@Injectable()
export class PutBlob {
  constructor(
    private readonly store: ObjectStore,
    private readonly published: RefusePublished,
  ) {}

  /**
   * @throws AppError FRAGMENTS_ADDRESS_INVALID, FRAGMENTS_PACKAGE_PUBLISHED for a package whose bytes are fixed, or
   * the object store's own errors
   */
  async execute(messages: AsyncIterable<PutBlobRequest>): Promise<StoredBlob> {
    const iterator = messages[Symbol.asyncIterator]();
    try {
      const first = await iterator.next();
      const address = first.done === true ? null : addressOf(first.value);
      if (address === null)
        throw new AppError(ERRORS.FRAGMENTS_ADDRESS_INVALID, 'The first message must carry the address.');
      const key = blobKey(address);
      await this.published.execute(address);
      return await this.store.put(key, chunksOf(iterator));
    } finally {
      await iterator.return?.();
    }
  }
}

// Over gRPC a message has both members, the absent one null or empty.
function addressOf(message: PutBlobRequest): BlobAddress | null {
  return ('address' in message ? message.address : null) ?? null;
}

async function* chunksOf(messages: AsyncIterator<PutBlobRequest>): AsyncGenerator<Uint8Array> {
  for (;;) {
    const next = await messages.next();
    if (next.done === true) return;
    if ('chunk' in next.value && next.value.chunk.length > 0) yield next.value.chunk;
  }
}
