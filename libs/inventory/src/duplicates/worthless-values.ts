import { keyOf, KEY_KINDS, valuesOf, type KeyKind } from './identity-keys.js';
import type { IdentityFacts } from './identity-facts.js';

/** The kinds of values of which a blacklist exists. */
export const BLACKLIST_KINDS = ['serial', 'mac', 'uuid', 'asset-tag'] as const;

export type BlacklistKind = (typeof BLACKLIST_KINDS)[number];

export interface BlacklistedPattern {
  readonly kind: BlacklistKind;
  /** `*` stands for any characters and `?` for one; letter case does not matter. */
  readonly pattern: string;
}

/** Tells which values say nothing about a machine. */
export class WorthlessValues {
  private readonly keys = new Set<string>();
  private readonly wild = new Map<KeyKind, string[]>();

  constructor(patterns: readonly BlacklistedPattern[]) {
    for (const { kind, pattern } of patterns) {
      if (!/[*?]/.test(pattern)) this.keys.add(keyOf(kind, pattern));
      else this.wild.set(kind, [...(this.wild.get(kind) ?? []), pattern.toLowerCase()]);
    }
  }

  /** Whether a value is on the blacklist. */
  has(kind: KeyKind, value: string): boolean {
    if (this.keys.has(keyOf(kind, value))) return true;
    const patterns = this.wild.get(kind);
    if (patterns === undefined) return false;
    const text = value.toLowerCase();
    return patterns.some((pattern) => fitsPattern(text, pattern));
  }

  /** The keys of a device that say something about it. */
  worthyKeys(facts: IdentityFacts, kinds: readonly KeyKind[] = KEY_KINDS): string[] {
    return kinds.flatMap((kind) =>
      valuesOf(facts, kind)
        .filter((value) => !this.has(kind, value))
        .map((value) => keyOf(kind, value)),
    );
  }
}

/**
 * Whether a text fits a pattern with `*` and `?`. Takes at most the product of the lengths in steps, which a regular
 * expression made of somebody's pattern does not.
 */
export function fitsPattern(text: string, pattern: string): boolean {
  let [at, place] = [0, 0];
  // After a star: where in the pattern it stands, and how far the text is that it has taken.
  let [star, taken] = [-1, 0];
  while (at < text.length) {
    if (pattern[place] === '*') {
      star = place++;
      taken = at;
    } else if (place < pattern.length && (pattern[place] === '?' || pattern[place] === text[at])) {
      place++;
      at++;
    } else if (star >= 0) {
      place = star + 1;
      at = ++taken;
    } else return false;
  }
  while (pattern[place] === '*') place++;
  return place === pattern.length;
}
