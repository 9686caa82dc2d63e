import { describe, expect, it } from 'vitest';
import { decideProlog, type PrologFacts } from './prolog-decision.js';

const now = new Date('2026-11-20T12:00:00Z');
const daysAgo = (days: number): Date => new Date(now.getTime() - days * 86_400_000);
const SEND = { send: true, options: true };
const STOP = { send: false, options: true };
const BREAK = { send: false, options: false };

/** The table of OCS-PROTOCOL.md §2.3: the frequency that counts, known, last inventory, decision. */
const TABLE: readonly [PrologFacts['frequencyDays'], boolean, Date | null, typeof SEND][] = [
  [-1, false, null, BREAK],
  [0, false, null, SEND],
  [7, false, null, SEND],
  [7, false, daysAgo(1), SEND],
  [0, true, daysAgo(0), SEND],
  [-1, true, daysAgo(100), BREAK],
  [-1, true, null, BREAK],
  [7, true, null, SEND],
  [7, true, daysAgo(8), SEND],
  [7, true, daysAgo(7), STOP],
  [7, true, daysAgo(1), STOP],
];

describe('the decision on a PROLOG', () => {
  it.each(TABLE)(
    'with frequency %s, known %s, last inventory %s is %o',
    (frequencyDays, known, last, decision) => {
      expect(decideProlog({ frequencyDays, known, lastInventoryDate: last, now })).toEqual(decision);
    },
  );
});
