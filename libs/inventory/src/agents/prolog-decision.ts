const DAY_MS = 86_400_000;

export interface PrologFacts {
  /** Days between inventories as they count for the device; 0 always, −1 never. */
  readonly frequencyDays: number;
  readonly known: boolean;
  /** When the last inventory counts from; null for a device that never sent one. */
  readonly lastInventoryDate: Date | null;
  readonly now: Date;
}

export interface PrologDecision {
  /** Whether the agent is to send its inventory. */
  readonly send: boolean;
  /** Whether the reply carries options; without them the agent is offered no package. */
  readonly options: boolean;
}

/** When a known device is to send its next inventory: at a contact later than `after`, at each of them, or never. */
export type InventoryDue =
  | { readonly when: 'never' }
  | { readonly when: 'at-next-contact' }
  | { readonly when: 'after'; readonly after: Date };

/** Decides on one PROLOG (OCS-PROTOCOL.md §2.3). */
export function decideProlog({ frequencyDays, known, lastInventoryDate, now }: PrologFacts): PrologDecision {
  const due = inventoryDue(frequencyDays, known ? lastInventoryDate : null);
  if (due.when === 'never') return { send: false, options: false };
  return { send: due.when === 'at-next-contact' || now > due.after, options: true };
}

/** When an inventory is due by the frequency that counts for a device. */
export function inventoryDue(frequencyDays: number, lastInventoryDate: Date | null): InventoryDue {
  if (frequencyDays === -1) return { when: 'never' };
  if (frequencyDays === 0 || lastInventoryDate === null) return { when: 'at-next-contact' };
  return { when: 'after', after: new Date(lastInventoryDate.getTime() + frequencyDays * DAY_MS) };
}
