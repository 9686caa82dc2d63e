export type Cell = string | number | null | undefined;

/**
 * Lays rows out in aligned columns under their titles.
 * Texts come from machines in the field, so nothing in them may steer the terminal.
 * @returns lines, each ended by a line feed
 */
export function formatTable(titles: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [titles, ...rows.map((row) => titles.map((_, column) => formatCell(row[column])))];
  const widths = titles.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) => line.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** Replaces what would steer a terminal (control characters, direction marks) by a question mark. */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}

function formatCell(cell: Cell): string {
  return cell === null || cell === undefined || cell === '' ? '-' : plainText(String(cell));
}
