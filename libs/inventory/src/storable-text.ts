/**
 * A text that PostgreSQL and every event can hold: without NUL, cut to a number of UTF-16 units, and with U+FFFD in
 * place of half a character.
 */
export function storableText(text: string, max: number): string {
  const cut = (text.includes('\0') ? text.replaceAll('\0', '') : text).slice(0, max);
  return Buffer.from(cut, 'utf8').toString('utf8');
}
