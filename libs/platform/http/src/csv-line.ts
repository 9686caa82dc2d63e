/** What makes spreadsheets take a text for a formula; they skip blanks before it. */
const FORMULA = /^\s*[=+\-@\t\r]/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
const TO_QUOTE = /[",\r\n]/;

/**
 * One line of CSV with its line break (RFC 4180). What a spreadsheet would run as a formula, and machines choose their
 * own names, gets an apostrophe before it; numbers are left alone.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map((cell) => csvCell(cell === null ? '' : String(cell))).join(',')}\r\n`;
}

function csvCell(value: string): string {
  const text = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return TO_QUOTE.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
