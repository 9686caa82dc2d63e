import type { InventoryRequest } from '@entrepot/ocs-wire';
import { identityDigest, identityFacts, type IdentityFacts } from '../duplicates/identity-facts.js';
import { canonicalSection, coerceRows, type CanonicalSection, type StoredRow } from './canonical-section.js';
import type { LearntSection } from '../search/field-value-dictionary.js';
import type { UnresolvedSoftware } from './resolve-software.js';

/** An inventory in the form in which it is compared and stored; made outside of any transaction. */
export interface PreparedInventory {
  /** The one row of HARDWARE; undefined when there is none. */
  readonly hardware: StoredRow | undefined;
  readonly networks: readonly StoredRow[];
  readonly journal: readonly StoredRow[];
  /** Null when no software was sent. */
  readonly software: UnresolvedSoftware | null;
  /** Every other section; HARDWARE's final form depends on what is stored. */
  readonly sections: readonly CanonicalSection[];
  /** The rows of every section, for the dictionary of values. */
  readonly learnt: readonly LearntSection[];
  /** What the machine is recognised by; null without HARDWARE, which says too little. */
  readonly identity: { readonly facts: IdentityFacts; readonly digest: Buffer } | null;
}

/** Coerces the rows and computes the digests: pure, and most of an inventory's work. Software is left as it is. */
export function prepareInventory({ sections, software }: InventoryRequest): PreparedInventory {
  const rowsOf = (name: string): StoredRow[] => coerceRows(name, sections.get(name) ?? []);
  const networks = rowsOf('NETWORKS');
  const bios = rowsOf('BIOS');
  const [hardware] = rowsOf('HARDWARE');
  const ordinary: CanonicalSection[] = [];
  const learnt: LearntSection[] = hardware === undefined ? [] : [{ name: 'HARDWARE', rows: [hardware] }];
  for (const name of sections.keys()) {
    if (name === 'HARDWARE' || name === 'SOFTWARES' || name === 'JOURNALLOG') continue;
    const rows = name === 'NETWORKS' ? networks : name === 'BIOS' ? bios : rowsOf(name);
    ordinary.push(canonicalSection(name, rows));
    learnt.push({ name, rows });
  }
  const facts = hardware === undefined ? null : identityFacts(hardware, bios[0], networks);
  return {
    hardware,
    networks,
    journal: rowsOf('JOURNALLOG'),
    software: software ?? (sections.has('SOFTWARES') ? rowsOf('SOFTWARES') : null),
    sections: ordinary,
    learnt,
    identity: facts && { facts, digest: identityDigest(facts) },
  };
}
