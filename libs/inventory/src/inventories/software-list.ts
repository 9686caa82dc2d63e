import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { SECTIONS } from '@entrepot/ocs-wire';
import { canonicalRow, digestOf, type StoredRow } from './canonical-section.js';

const deflateAsync = promisify(deflateRaw);
const inflateAsync = promisify(inflateRaw);

/** What tells one software from another (OCS-PROTOCOL.md §3.5); absent parts are empty. */
export interface SoftwareIdentity {
  readonly name: string;
  readonly publisher: string;
  readonly version: string;
}

/** The software of one device, each once. */
export interface SoftwareList {
  readonly digest: Buffer;
  readonly identities: readonly SoftwareIdentity[];
  /** `identityKey` of each, at the same places. */
  readonly keys: readonly string[];
  /** What else was sent of each, at the same places. */
  readonly details: readonly StoredRow[];
}

/** A software list as it is stored. */
export interface PackedSoftware {
  readonly digest: Buffer;
  /** Dictionary numbers, ascending. */
  readonly ids: readonly number[];
  /** What `packDetails` made of the rows at the same places. */
  readonly details: Buffer;
}

type Value = string | number | null;

interface Details {
  /** By known field: one value per software, null where it was not sent. */
  readonly columns: Record<string, Value[]>;
  /** By place: the fields that the protocol does not know, of which each row may have others. */
  readonly others: Record<number, Record<string, Value>>;
}

const IDENTITY_FIELDS: ReadonlySet<string> = new Set(['NAME', 'PUBLISHER', 'VERSION']);
const COLUMN_FIELDS: ReadonlySet<string> = new Set(SECTIONS.get('SOFTWARES')?.fields.keys());
/** Half the work of the usual level for 3 % more bytes. */
const PACKING_LEVEL = 3;
/** Coerced texts never have it, so that two identities cannot run together. */
const SEPARATOR = '\0';

/** The identity as one text, for maps. */
export function identityKey({ name, publisher, version }: SoftwareIdentity): string {
  return name + SEPARATOR + publisher + SEPARATOR + version;
}

/** Reads the SOFTWARES of an inventory. Of rows with one identity the first in canonical order is kept. */
export function softwareList(rows: readonly StoredRow[]): SoftwareList {
  const canonical = rows.map((row) => ({ row, text: canonicalRow(row) }));
  canonical.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  const seen = new Set<string>();
  const identities: SoftwareIdentity[] = [];
  const details: StoredRow[] = [];
  const texts: string[] = [];
  for (const { row, text } of canonical) {
    const identity = {
      name: textOf(row.NAME),
      publisher: textOf(row.PUBLISHER),
      version: textOf(row.VERSION),
    };
    seen.add(identityKey(identity));
    if (seen.size === identities.length) continue;
    identities.push(identity);
    details.push(row);
    texts.push(text);
  }
  return { digest: digestOf(texts), identities, keys: [...seen], details };
}

/** Brings a list into the form that is stored; `ids` are the dictionary's numbers at the list's places. */
export async function packSoftware(list: SoftwareList, ids: readonly number[]): Promise<PackedSoftware> {
  const entries = list.details.map((details, index) => ({ details, id: ids[index] ?? 0 }));
  entries.sort((a, b) => a.id - b.id);
  const details = await packDetails(entries.map((entry) => entry.details));
  return { digest: list.digest, ids: entries.map((entry) => entry.id), details };
}

/**
 * Packs what was sent beside the identities, as deflated JSON; PostgreSQL could do it only worse. Columns pack best,
 * but a column for each name that an agent makes up would take rows times names of memory.
 */
export async function packDetails(details: readonly StoredRow[]): Promise<Buffer> {
  const columns = Object.create(null) as Details['columns'];
  const others: Details['others'] = {};
  details.forEach((row, place) => {
    // Rows inherit nothing, and this way no list of entries is made for each.
    for (const field in row) {
      const value = row[field] ?? null;
      if (value === null || IDENTITY_FIELDS.has(field)) continue;
      if (COLUMN_FIELDS.has(field)) {
        (columns[field] ??= new Array<Value>(details.length).fill(null))[place] = value;
      } else {
        (others[place] ??= Object.create(null) as Record<string, Value>)[field] = value;
      }
    }
  });
  const packed: Details = { columns, others };
  return deflateAsync(JSON.stringify(packed), { level: PACKING_LEVEL });
}

/** Unpacks the details at the given places, fields without a value left out. */
export async function unpackDetails(packed: Uint8Array, places: readonly number[]): Promise<StoredRow[]> {
  const { columns, others } = JSON.parse((await inflateAsync(packed)).toString('utf8')) as Details;
  return places.map((place) => {
    const row: Record<string, Value> = { ...others[place] };
    for (const [field, column] of Object.entries(columns)) {
      const value = column[place];
      if (value !== null && value !== undefined) row[field] = value;
    }
    return row;
  });
}

function textOf(value: string | number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}
