import { createHash } from 'node:crypto';
import type { StoredRow } from '../inventories/canonical-section.js';
import { factOf } from '../inventories/hardware-facts.js';
import { usableMac } from './physical-adapter.js';

/** What a machine is recognised by (OCS-PROTOCOL.md §3.7): as sent and trimmed, '' when absent. */
export interface IdentityFacts {
  readonly hostname: string;
  readonly serial: string;
  readonly uuid: string;
  readonly model: string;
  readonly assetTag: string;
  /** Of physical adapters only, in capitals with colons, in order, without repetition. */
  readonly macs: readonly string[];
}

/** A device may have that many addresses and is recognised by no more of them. */
const MAX_MACS = 32;

/** Takes the facts from an inventory's HARDWARE, BIOS and NETWORKS. */
export function identityFacts(
  hardware: StoredRow | undefined,
  bios: StoredRow | undefined,
  networks: readonly StoredRow[],
): IdentityFacts {
  const macs = networks.map(usableMac).filter((mac) => mac !== null);
  return {
    hostname: factOf(hardware, 'NAME').trim(),
    serial: factOf(bios, 'SSN').trim(),
    uuid: factOf(hardware, 'UUID').trim(),
    model: factOf(bios, 'SMODEL').trim(),
    assetTag: factOf(bios, 'ASSETTAG').trim(),
    macs: [...new Set(macs)].sort().slice(0, MAX_MACS),
  };
}

/** SHA-256 over the facts: another one means that the machine has to be identified again. */
export function identityDigest(facts: IdentityFacts): Buffer {
  const { hostname, serial, uuid, model, assetTag, macs } = facts;
  return createHash('sha256')
    .update(JSON.stringify([hostname, serial, uuid, model, assetTag, macs]))
    .digest();
}
