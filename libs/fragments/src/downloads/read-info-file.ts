import { sha256Hex, type ActivationId } from '@entrepot/kernel';
import { replacePackLocation } from '@entrepot/ocs-wire';
import { ObjectStore } from '@entrepot/platform-object-store';
import { Injectable } from '@nestjs/common';
import { ActivatedLocations } from './activated-locations.js';
import { fileUnavailable, type PublishedFile } from './find-published-file.js';

/** Reads an info file whole and checked: an empty or cut one blocks an agent for ever (AGENT-BEHAVIOUR.md, Info). */
@Injectable()
export class ReadInfoFile {
  constructor(
    private readonly store: ObjectStore,
    private readonly locations: ActivatedLocations,
  ) {}

  /**
   * @param activationId the activation whose fragment location it shall name, where it names one; null for the default
   * @throws AppError FRAGMENTS_STORE_UNAVAILABLE, FRAGMENTS_LOCATION_UNKNOWN, FRAGMENTS_FILE_NOT_FOUND
   */
  async execute({ fileId, blob }: PublishedFile, activationId: ActivationId | null): Promise<Buffer> {
    const location = activationId === null ? null : await this.locations.of(activationId, fileId);
    const info = await this.read(blob).catch((error: unknown) => {
      throw fileUnavailable(error);
    });
    return location === null ? info : replacePackLocation(info, location);
  }

  private async read({ objectKey, size, sha256 }: PublishedFile['blob']): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of await this.store.get(objectKey)) {
      chunks.push(chunk as Uint8Array);
      bytes += (chunk as Uint8Array).length;
      if (bytes > size) break;
    }
    const info = Buffer.concat(chunks);
    if (sha256Hex(info) !== sha256) throw new Error('The stored info file is not what was published.');
    return info;
  }
}
