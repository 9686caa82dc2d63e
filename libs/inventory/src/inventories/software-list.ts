import { hash } from 'node:crypto';
import { coerceRow, SECTIONS } from '@entrepot/ocs-wire';
import { canonicalRow, type StoredRow } from './canonical-section.js';
import type { SoftwareVariant } from './software-dictionary.js';
import type { SoftwareNumbers } from './software-memo.js';

/** When a software was installed. */
export interface InstallTime {
  /** `YYYY-MM-DD HH:MM:SS`, empty when it was not sent or is no date. */
  readonly text: string;
  /** Since 2000-01-01, null when there is no text. */
  readonly seconds: number | null;
}

/** One row of software by its numbers. */
export interface InstalledSoftware extends SoftwareNumbers {
  readonly installed: InstallTime;
}

/** The software of one device, each once, as it is stored: all lists have the same places. */
export interface SoftwareList {
  /** Of the three lists, so that it does not depend on the order of rows. */
  readonly digest: Buffer;
  /** Ascending. */
  readonly softwareIds: readonly number[];
  readonly variantIds: readonly number[];
  readonly installed: readonly InstallTime[];
}

/** More than an inventory can have. */
const MAX_ROWS = 2 ** 20;
const YEAR_2000 = Date.UTC(2000, 0, 1);
const NO_TIME: InstallTime = { text: '', seconds: null };
const SOFTWARES = SECTIONS.get('SOFTWARES');
const INSTALL_DATE = 'INSTALLDATE';
const IDENTITY_FIELDS = ['NAME', 'PUBLISHER', 'VERSION'] as const;

/** Puts rows in order. Of rows of one name, publisher and version the one with the lowest numbers is kept. */
export function softwareList(rows: readonly InstalledSoftware[]): SoftwareList {
  const softwareIds: number[] = [];
  const variantIds: number[] = [];
  const installed: InstallTime[] = [];
  let times = '';
  let last: InstalledSoftware | null = null;
  const keep = ({ softwareId, variantId, installed: time }: InstalledSoftware): void => {
    times += softwareIds.length === 0 ? time.text : `,${time.text}`;
    softwareIds.push(softwareId);
    variantIds.push(variantId);
    installed.push(time);
  };
  for (const place of sortedPlaces(rows)) {
    const row = rows[place] as InstalledSoftware;
    if (last === null || row.softwareId !== last.softwareId) {
      if (last !== null) keep(last);
      last = row;
    } else if (isBefore(row, last)) last = row;
  }
  if (last !== null) keep(last);
  const compared = `${softwareIds.join()};${variantIds.join()};${times}`;
  return { digest: hash('sha256', compared, 'buffer'), softwareIds, variantIds, installed };
}

/**
 * The places of rows in the order of their numbers of software. Numbers with the place behind them are sorted in a tenth
 * of the time that rows take.
 */
function sortedPlaces(rows: readonly InstalledSoftware[]): Int32Array {
  const keys = new Float64Array(rows.length);
  for (let place = 0; place < rows.length; place++) {
    keys[place] = (rows[place] as InstalledSoftware).softwareId * MAX_ROWS + place;
  }
  keys.sort();
  const places = new Int32Array(rows.length);
  // All but the lowest bits are the number; exact, since a number and a place have 51 bits.
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] as number;
    places[at] = key - Math.floor(key / MAX_ROWS) * MAX_ROWS;
  }
  return places;
}

function isBefore(one: InstalledSoftware, other: InstalledSoftware): boolean {
  return (
    one.variantId < other.variantId ||
    (one.variantId === other.variantId && one.installed.text < other.installed.text)
  );
}

/** Takes a coerced row of SOFTWARES apart. */
export function softwareVariant(row: StoredRow): SoftwareVariant {
  const details: Record<string, string | number | null> = Object.create(null) as Record<string, never>;
  for (const [field, value] of Object.entries(row)) {
    // PostgreSQL would refuse half a character, and the whole inventory with it.
    if (value !== null) details[field] = typeof value === 'string' ? value.toWellFormed() : value;
  }
  const [name = '', publisher = '', version = ''] = IDENTITY_FIELDS.map((field) =>
    String(details[field] ?? ''),
  );
  for (const field of [...IDENTITY_FIELDS, INSTALL_DATE]) delete details[field];
  return { name, publisher, version, details: canonicalRow(details) };
}

/** Reads an INSTALLDATE as sent. */
export function installTime(sent: string): InstallTime {
  return storedInstallTime(coerceRow(SOFTWARES, { [INSTALL_DATE]: sent }));
}

/** The time of installation of a coerced row. */
export function storedInstallTime({ INSTALLDATE: text }: StoredRow): InstallTime {
  if (typeof text !== 'string' || text === '') return NO_TIME;
  return { text, seconds: (Date.parse(`${text.replace(' ', 'T')}Z`) - YEAR_2000) / 1000 };
}
