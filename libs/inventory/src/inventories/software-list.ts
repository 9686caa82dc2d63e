import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
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

/** One value per software and detail field, null where it was not sent. */
type DetailColumns = Record<string, (string | number | null)[]>;

const IDENTITY_FIELDS: ReadonlySet<string> = new Set(['NAME', 'PUBLISHER', 'VERSION']);
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

/** Packs what was sent beside the identities: columns as JSON, deflated. PostgreSQL could do it only worse. */
export async function packDetails(details: readonly StoredRow[]): Promise<Buffer> {
  const columns: DetailColumns = Object.create(null) as DetailColumns;
  details.forEach((row, index) => {
    // Rows inherit nothing, and this way no list of entries is made for each.
    for (const field in row) {
      if (IDENTITY_FIELDS.has(field)) continue;
      const column = (columns[field] ??= new Array<string | number | null>(details.length).fill(null));
      column[index] = row[field] ?? null;
    }
  });
  return deflateAsync(JSON.stringify(columns), { level: PACKING_LEVEL });
}

/** Unpacks the details at the given places, fields without a value left out. */
export async function unpackDetails(packed: Uint8Array, places: readonly number[]): Promise<StoredRow[]> {
  const columns = JSON.parse((await inflateAsync(packed)).toString('utf8')) as DetailColumns;
  return places.map((place) => {
    const row: Record<string, string | number | null> = {};
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
