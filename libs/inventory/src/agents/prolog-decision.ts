const DAY_MS = 86_400_000;

export interface PrologFacts {
  /** Days between inventories; 0 always, −1 never. */
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

/** Decides on one PROLOG (OCS-PROTOCOL.md §2.3), from the global frequency alone. */
export function decideProlog(facts: PrologFacts): PrologDecision {
  if (facts.frequencyDays === -1) return { send: false, options: false };
  if (!facts.known || facts.frequencyDays === 0 || facts.lastInventoryDate === null) {
    return { send: true, options: true };
  }
  const due = facts.lastInventoryDate.getTime() + facts.frequencyDays * DAY_MS;
  return { send: facts.now.getTime() > due, options: true };
}
