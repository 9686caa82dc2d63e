import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { BodyEncoding, InventoryRequest } from '@entrepot/ocs-wire';
import { Injectable } from '@nestjs/common';
import type { Peer } from '../agents/peer.js';
import { FieldValueDictionary } from '../search/field-value-dictionary.js';
import { DeviceTurns } from './device-turns.js';
import { InventoryBatches } from './inventory-batches.js';
import type { AcceptedInventory, InventoryDocument } from './inventory-work.js';
import { prepareInventory } from './prepare-inventory.js';

/** The bytes of an inventory as they came. */
export interface ReceivedBody {
  readonly encoding: BodyEncoding;
  readonly body: Buffer;
}

const deflateAsync = promisify(deflate);

/** Stores an inventory: only what changed, in one transaction with the events (OCS-PROTOCOL.md §3). */
@Injectable()
export class AcceptInventory {
  constructor(
    private readonly turns: DeviceTurns,
    private readonly batches: InventoryBatches,
    private readonly values: FieldValueDictionary,
  ) {}

  /**
   * Resolves after the commit; whatever it throws, nothing of the inventory is stored.
   * @throws WireError when the software turns out to be no well-formed XML
   */
  async execute(request: InventoryRequest, peer: Peer, received: ReceivedBody): Promise<AcceptedInventory> {
    const prepared = prepareInventory(request);
    return this.turns.take(request.deviceId, async () => {
      await this.values.learn(prepared.learnt);
      const document = await packed(received);
      return this.batches.store({ request, prepared, peer, document, refused: new Set() });
    });
  }
}

async function packed({ encoding, body }: ReceivedBody): Promise<InventoryDocument> {
  return encoding === 'clear' ? { encoding: 'zlib', body: await deflateAsync(body) } : { encoding, body };
}
