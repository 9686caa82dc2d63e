import type { InventoryRequest } from '@entrepot/ocs-wire';
import { canonicalSection, coerceRows, type CanonicalSection, type StoredRow } from './canonical-section.js';
import { softwareList, type SoftwareList } from './software-list.js';

/** An inventory in the form in which it is compared and stored; made outside of any transaction. */
export interface PreparedInventory {
  /** The one row of HARDWARE; undefined when there is none. */
  readonly hardware: StoredRow | undefined;
  readonly networks: readonly StoredRow[];
  readonly journal: readonly StoredRow[];
  /** Null when no software was sent. */
  readonly software: SoftwareList | null;
  /** Every other section; HARDWARE's final form depends on what is stored. */
  readonly sections: readonly CanonicalSection[];
}

/** Coerces the rows and computes the digests: pure, and most of an inventory's work. */
export function prepareInventory({ sections }: InventoryRequest): PreparedInventory {
  const rowsOf = (name: string): StoredRow[] => coerceRows(name, sections.get(name) ?? []);
  const networks = rowsOf('NETWORKS');
  const software = rowsOf('SOFTWARES');
  const ordinary: CanonicalSection[] = [];
  for (const name of sections.keys()) {
    if (name === 'HARDWARE' || name === 'SOFTWARES' || name === 'JOURNALLOG') continue;
    ordinary.push(canonicalSection(name, name === 'NETWORKS' ? networks : rowsOf(name)));
  }
  return {
    hardware: rowsOf('HARDWARE')[0],
    networks,
    journal: rowsOf('JOURNALLOG'),
    software: software.length === 0 ? null : softwareList(software),
    sections: ordinary,
  };
}
