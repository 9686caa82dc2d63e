/** Forms of texts, as bits: letters in capitals only, small letters only, both. A text without letters has none. */
export const LETTERS = { capitals: 1, small: 2, both: 4 } as const;

/** The form of a value. */
export function lettersOf(value: string | number): number {
  if (typeof value === 'number') return 0;
  const isSmall = value === value.toLowerCase();
  const isCapital = value === value.toUpperCase();
  if (isSmall && isCapital) return 0;
  if (isSmall) return LETTERS.small;
  return isCapital ? LETTERS.capitals : LETTERS.both;
}
