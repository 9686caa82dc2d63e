import { GenerationalMap } from '@entrepot/kernel';
import { deflateReply, type BodyEncoding } from '@entrepot/ocs-wire';
import { Injectable } from '@nestjs/common';

const MOST_KEPT = 512;
/** Characters of a reply that may be kept; one with packages is longer, and another agent's is not the same. */
const LONGEST_KEPT = 2_048;

/** Packs replies as their requests were packed. Most agents are told the very same, which is packed once. */
@Injectable()
export class PackedReplies {
  private readonly kept = new GenerationalMap<string, Buffer>(MOST_KEPT);

  /** @returns bytes that nobody may change */
  async pack(xml: string, encoding: BodyEncoding): Promise<Buffer> {
    if (xml.length > LONGEST_KEPT) return deflateReply(xml, encoding);
    const key = encoding + xml;
    const known = this.kept.get(key);
    if (known !== undefined) return known;
    const packed = await deflateReply(xml, encoding);
    this.kept.set(key, packed);
    return packed;
  }
}
