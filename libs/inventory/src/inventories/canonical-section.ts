import { hash } from 'node:crypto';
import { coerceRow, SECTIONS, type SectionRow } from '@entrepot/ocs-wire';

export type StoredRow = Readonly<Record<string, string | number | null>>;

/** A section as it would be stored, and the digest that tells whether it has to be. */
export interface CanonicalSection {
  readonly name: string;
  readonly digest: Buffer;
  /** A JSON array of rows in the agent's order. */
  readonly rows: string;
  readonly rowCount: number;
  /** The rows as they are compared, each as canonical JSON. */
  readonly compared: readonly string[];
}

/** What Unix agents put behind the architecture in HARDWARE/DESCRIPTION: the uptime, and newer ones the time of boot. */
const UPTIME = /\/\d\d-\d\d-(?:\d\d|\d{4}) \d\d:\d\d:\d\d$/;

/** Rows as they are stored: coerced and cut, never refused. */
export function coerceRows(name: string, rows: readonly SectionRow[]): StoredRow[] {
  const definition = SECTIONS.get(name);
  return rows.map((row) => coerceRow(definition, row));
}

/**
 * Brings a section into the form that is stored. The digest does not depend on the order of rows nor of fields,
 * because agents keep neither; a row that occurs twice counts twice.
 */
export function canonicalSection(name: string, rows: readonly StoredRow[]): CanonicalSection {
  const texts = rows.map(canonicalRow);
  const compared = name === 'HARDWARE' ? comparedRows(name, rows) : texts;
  const digest = digestOf(compared);
  return { name, digest, rows: `[${texts.join(',')}]`, rowCount: rows.length, compared };
}

/** Rows as they are compared: HARDWARE without what differs at each inventory of a machine on which nothing has changed. */
export function comparedRows(name: string, rows: readonly StoredRow[]): string[] {
  return rows.map((row) => canonicalRow(name === 'HARDWARE' ? withoutMoment(row) : row));
}

/** SHA-256 over canonical rows, whatever their order. */
export function digestOf(canonicalRows: readonly string[]): Buffer {
  const text =
    canonicalRows.length === 1 ? (canonicalRows[0] as string) : [...canonicalRows].sort().join('\n');
  return hash('sha256', text, 'buffer');
}

/** A row as JSON with its fields in order; has no line break in it. */
export function canonicalRow(row: StoredRow): string {
  const fields = Object.keys(row);
  // Agents send fields in order as a rule, and this is the hottest line of an inventory.
  if (isSorted(fields)) return JSON.stringify(row);
  const ordered = Object.create(null) as Record<string, string | number | null>;
  for (const field of fields.sort()) ordered[field] = row[field] ?? null;
  return JSON.stringify(ordered);
}

function isSorted(texts: readonly string[]): boolean {
  return texts.every((text, index) => index === 0 || (texts[index - 1] ?? '') < text);
}

function withoutMoment(row: StoredRow): StoredRow {
  const lasting: Record<string, string | number | null> = { ...row };
  delete lasting.CHECKSUM;
  delete lasting.LASTDATE;
  delete lasting.ETIME;
  if (typeof lasting.DESCRIPTION === 'string') lasting.DESCRIPTION = lasting.DESCRIPTION.replace(UPTIME, '');
  return lasting;
}
