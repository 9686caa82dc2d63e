const EPOCH = /^\d+:/;
const DOTTED = /^[\d.]*/;
const MAX_NUMBERS = 16;
const INT_MAX = 0x7fffffff;

/**
 * The numbers of a dotted version, by which versions are compared (OCS-PROTOCOL.md §3.5): an epoch `n:` dropped, cut at
 * the first character that is neither digit nor dot, at most sixteen numbers, each clamped to 32 bits signed.
 */
export function versionOrder(version: string): number[] {
  const dotted = DOTTED.exec(version.replace(EPOCH, ''))?.[0] ?? '';
  const parts = dotted.split('.').filter((part) => part !== '');
  return parts.slice(0, MAX_NUMBERS).map((part) => Math.min(INT_MAX, Number(part)));
}
