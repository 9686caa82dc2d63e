const SPECIAL = /[\\%_]/g;
const WILDCARD = /[?*]/;

/** The pattern of LIKE for texts that have this part. */
export function containsPattern(part: string): string {
  return `%${escaped(part)}%`;
}

/**
 * The pattern of LIKE for what somebody typed with `?` for one character and `*` for any number (OCS-PROTOCOL.md §8.4).
 * Without either, it is a part of the text.
 */
export function wildcardPattern(typed: string): string {
  if (!hasWildcard(typed)) return containsPattern(typed);
  return escaped(typed).replaceAll('?', '_').replaceAll('*', '%');
}

/** Whether there is a `?` or a `*` in it. */
export function hasWildcard(typed: string): boolean {
  return WILDCARD.test(typed);
}

function escaped(text: string): string {
  return text.replaceAll(SPECIAL, '\\$&');
}
