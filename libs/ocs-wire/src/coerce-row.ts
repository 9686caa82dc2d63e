import { bareRecord } from './bare-record.js';
import { cutText } from './cut-text.js';
import type { SectionRow } from './requests.js';
import { MAX_FIELDS_PER_ROW } from './section-row.js';
import type { FieldDefinition, SectionDefinition } from './sections.js';

const LONG_TEXT_MAX = 65_536;
const INT_MIN = -0x80000000;
const INT_MAX = 0x7fffffff;
const FEW_DIGITS = /^\d{1,9}$/;
const LEADING_INTEGER = /^\s*([+-]?\d+)/;
const DATE = /^\s*(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?/;
/** By the number of the month; there is none of number 0. */
const DAYS_OF_MONTH: readonly (number | undefined)[] = [
  undefined,
  31,
  28,
  31,
  30,
  31,
  30,
  31,
  31,
  30,
  31,
  30,
  31,
];
const LONG_TEXT: FieldDefinition = { kind: 'longtext' };

/**
 * Coerces and cuts a row to what its section can hold; never refuses one (OCS-PROTOCOL.md §3.4, quirk 3).
 * Only the fields that were sent are returned. Integers: leading digits, else 0, clamped to 32 bits signed.
 * Dates: `YYYY-MM-DD`, date-times `YYYY-MM-DD HH:MM:SS`, null when there is no such day. Texts: cut to their
 * length in characters, without NUL. What the table does not know is text of at most 65,536 characters.
 * @param section undefined for an unknown section
 * @returns an object that inherits nothing, of at most 256 fields
 */
export function coerceRow(
  section: SectionDefinition | undefined,
  row: SectionRow,
): Record<string, string | number | null> {
  const coerced = bareRecord<string | number | null>();
  let count = 0;
  for (const name of Object.keys(row)) {
    if (++count > MAX_FIELDS_PER_ROW) break;
    coerced[name] = coerce(section?.fields.get(name) ?? LONG_TEXT, row[name] ?? '');
  }
  return coerced;
}

function coerce(definition: FieldDefinition, value: string): string | number | null {
  switch (definition.kind) {
    case 'int':
      return leadingInteger(value, INT_MIN, INT_MAX);
    case 'bigint':
      return leadingInteger(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    case 'date':
      return normaliseDate(value)?.slice(0, 'YYYY-MM-DD'.length) ?? null;
    case 'datetime':
      return normaliseDate(value);
    case 'longtext':
      return cutWithoutNul(value, LONG_TEXT_MAX);
    case 'text':
      return cutWithoutNul(value, definition.max);
  }
}

/** PostgreSQL has no NUL in texts. */
function cutWithoutNul(value: string, max: number): string {
  return cutText(value.includes('\0') ? value.replaceAll('\0', '') : value, max);
}

function leadingInteger(value: string, min: number, max: number): number {
  // Nearly all are nothing but a few digits, which no clamp concerns.
  if (FEW_DIGITS.test(value)) return Number(value);
  const digits = LEADING_INTEGER.exec(value)?.[1];
  // Adding zero turns -0, which no JSON comparison expects, into 0.
  return digits === undefined ? 0 : Math.min(max, Math.max(min, Number(digits))) + 0;
}

function normaliseDate(value: string): string | null {
  const found = DATE.exec(value);
  if (found === null) return null;
  const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0'] = found;
  // A year below 100 would be read as 19xx by others; a day or hour that does not exist would roll over.
  const exists =
    Number(year) >= 100 &&
    isDay(Number(year), Number(month), Number(day)) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60;
  return exists
    ? `${year}-${twoDigits(month)}-${twoDigits(day)} ${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}`
    : null;
}

function isDay(year: number, month: number, day: number): boolean {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 && leap ? 29 : DAYS_OF_MONTH[month];
  return days !== undefined && day >= 1 && day <= days;
}

function twoDigits(digits: string): string {
  return digits.length === 1 ? `0${digits}` : digits;
}
