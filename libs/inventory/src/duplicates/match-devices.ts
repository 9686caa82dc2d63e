import type { IdentityFacts } from './identity-facts.js';
import { KEY_KINDS, keyOf, valuesOf, type KeyKind } from './identity-keys.js';
import type { WorthlessValues } from './worthless-values.js';

/** What two devices can have in common, and `declared`: the agent says that it was the other one. */
export type Criterion = KeyKind | 'model' | 'declared';

/** Why two devices may be one machine. */
export interface MatchReason {
  /** `contradiction` has no points: other host name and other adapters. */
  readonly criterion: Criterion | 'contradiction';
  readonly points: number;
  readonly value: string;
}

export interface MatchRules {
  readonly weights: Readonly<Record<Criterion, number>>;
  /** From here on devices are one machine. */
  readonly mergeScore: number;
  /** From here on somebody should look at them. */
  readonly reviewScore: number;
  /** Whether somebody has to look at them too when host names differ and no adapter is common. */
  readonly holdContradicted: boolean;
  /** A value that more other devices have than this says nothing. */
  readonly commonValue: number;
  readonly worthless: WorthlessValues;
}

/** How well two devices match; `certain` ones are one machine, `doubtful` ones are for somebody to decide. */
export interface Match {
  readonly score: number;
  readonly reasons: readonly MatchReason[];
  readonly verdict: 'certain' | 'doubtful' | 'none';
}

/**
 * Compares a device with another one. Every criterion counts once, however many addresses are common.
 * @param declared the id that the agent says it had, when that is the other device's
 * @param common keys of values that too many devices have
 */
export function matchDevices(
  rules: MatchRules,
  one: IdentityFacts,
  other: IdentityFacts,
  declared: string | null,
  common: ReadonlySet<string>,
): Match {
  const worthy = (kind: KeyKind, facts: IdentityFacts): string[] =>
    valuesOf(facts, kind).filter(
      (value) => !rules.worthless.has(kind, value) && !common.has(keyOf(kind, value)),
    );
  const reasons: MatchReason[] = [];
  const add = (criterion: Criterion, value: string): void => {
    const points = rules.weights[criterion];
    if (points > 0) reasons.push({ criterion, points, value });
  };
  if (declared !== null) add('declared', declared);
  for (const kind of KEY_KINDS) {
    const others = new Set(worthy(kind, other).map((value) => keyOf(kind, value)));
    const shared = worthy(kind, one).filter((value) => others.has(keyOf(kind, value)));
    if (shared[0] !== undefined) add(kind, shared.join(', '));
  }
  if (one.model !== '' && sameText(one.model, other.model)) add('model', one.model);
  const score = reasons.reduce((sum, { points }) => sum + points, 0);
  const contradiction = rules.holdContradicted && contradicts(one, other, worthy);
  const verdict =
    score >= rules.mergeScore && !contradiction
      ? 'certain'
      : score >= rules.reviewScore
        ? 'doubtful'
        : 'none';
  if (contradiction) {
    const value = `${one.hostname} (${one.macs.join(', ')}) ≠ ${other.hostname} (${other.macs.join(', ')})`;
    reasons.push({ criterion: 'contradiction', points: 0, value });
  }
  return { score, reasons, verdict };
}

/**
 * The kinds of values to look devices up by: the fewest that find every device which the others alone could not bring
 * to a review.
 */
export function lookupKinds({ weights, reviewScore }: MatchRules): KeyKind[] {
  const byWeight = [...KEY_KINDS].sort(
    (a, b) => weights[a] - weights[b] || KEY_KINDS.indexOf(b) - KEY_KINDS.indexOf(a),
  );
  let without = weights.model;
  return byWeight.filter((kind) => {
    without += weights[kind];
    return without >= reviewScore && weights[kind] > 0;
  });
}

/** Whether the host name is another one and all adapters are, as on a copy of a disk. */
function contradicts(
  one: IdentityFacts,
  other: IdentityFacts,
  worthy: (kind: KeyKind, facts: IdentityFacts) => string[],
): boolean {
  if (one.hostname === '' || other.hostname === '' || sameText(one.hostname, other.hostname)) return false;
  const [macs, others] = [worthy('mac', one), worthy('mac', other)];
  return macs.length > 0 && others.length > 0 && !macs.some((mac) => others.includes(mac));
}

function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
