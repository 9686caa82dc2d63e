import { hash } from 'node:crypto';
import { jsonbArray, PreparedStatement, textArray, uuidArray } from '@entrepot/platform-database';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { SoftwareNumbers } from './software-memo.js';
import { versionOrder } from './version-order.js';

/** A software with all that is the same for every device that has this very row. */
export interface SoftwareVariant {
  readonly name: string;
  readonly publisher: string;
  readonly version: string;
  /** All else but INSTALLDATE, as canonical JSON. */
  readonly details: string;
}

interface VariantRow extends SoftwareNumbers {
  readonly key: string;
}

interface Wanted {
  readonly key: string;
  readonly softwareKey: string;
  readonly variant: SoftwareVariant;
}

/** Every statement looks again at what others have inserted since; more is not possible. */
const ATTEMPTS = 3;
/** Coerced texts never have it, so that two identities cannot run together. */
const SEPARATOR = '\0';

/** The numbers of software and of its variants, the same for all devices. Entries are never removed. */
@Injectable()
export class SoftwareDictionary {
  constructor(private readonly database: DataSource) {}

  /**
   * The numbers of the given variants, at the same places. New ones are committed by themselves: a rollback of the
   * caller's transaction would leave numbers in the memory of this process that do not exist.
   */
  async numbersOf(variants: readonly SoftwareVariant[]): Promise<SoftwareNumbers[]> {
    const keys = variants.map(keyOf);
    const wanted = new Map(
      keys.map((key, index) => [key, wantedOf(key, variants[index] as SoftwareVariant)]),
    );
    const found = new Map<string, SoftwareNumbers>();
    for (let attempt = 1; attempt <= ATTEMPTS && found.size < wanted.size; attempt += 1) {
      this.keep(found, await this.look(absentOf(wanted, found)));
      this.keep(found, await this.insert(absentOf(wanted, found)));
    }
    return keys.map((key) => {
      const numbers = found.get(key);
      if (numbers === undefined) throw new Error('The software dictionary did not keep every variant.');
      return numbers;
    });
  }

  /** Asked before anything is inserted, because an insert in vain would burn numbers. */
  private async look(wanted: readonly Wanted[]): Promise<VariantRow[]> {
    return wanted.length === 0
      ? []
      : FIND_VARIANTS.run(this.database, [uuidArray(wanted.map(({ key }) => key))]);
  }

  private async insert(wanted: readonly Wanted[]): Promise<VariantRow[]> {
    if (wanted.length === 0) return [];
    // Processes that insert the same entries in one order cannot deadlock.
    const sorted = [...wanted].sort((a, b) => (a.key < b.key ? -1 : 1));
    return INSERT_VARIANTS.run(this.database, [
      uuidArray(sorted.map(({ softwareKey }) => softwareKey)),
      textArray(sorted.map(({ variant }) => variant.name)),
      textArray(sorted.map(({ variant }) => variant.publisher)),
      textArray(sorted.map(({ variant }) => variant.version)),
      textArray(sorted.map(({ variant }) => `{${versionOrder(variant.version).join()}}`)),
      uuidArray(sorted.map(({ key }) => key)),
      jsonbArray(sorted.map(({ variant }) => variant.details)),
    ]);
  }

  private keep(found: Map<string, SoftwareNumbers>, rows: readonly VariantRow[]): void {
    for (const { key, softwareId, variantId } of rows) found.set(key, { softwareId, variantId });
  }
}

function absentOf(wanted: ReadonlyMap<string, Wanted>, found: ReadonlyMap<string, unknown>): Wanted[] {
  return [...wanted.values()].filter(({ key }) => !found.has(key));
}

function wantedOf(key: string, variant: SoftwareVariant): Wanted {
  const { name, publisher, version } = variant;
  return { key, variant, softwareKey: databaseKey(name + SEPARATOR + publisher + SEPARATOR + version) };
}

function keyOf({ name, publisher, version, details }: SoftwareVariant): string {
  return databaseKey([name, publisher, version, details].join(SEPARATOR));
}

/** Half of a SHA-256 as a UUID: such texts do not fit into an index entry. */
function databaseKey(text: string): string {
  const hex = hash('sha256', text, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

const FIND_VARIANTS = new PreparedStatement<VariantRow>(
  'find-software-variants',
  `SELECT key, id AS "variantId", software_id AS "softwareId" FROM software_variant WHERE key = ANY ($1::uuid[])`,
);

// What another transaction inserts meanwhile is not among the rows returned: the caller asks again.
const INSERT_VARIANTS = new PreparedStatement<VariantRow>(
  'insert-software-variants',
  `
  WITH sent AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::jsonb[])
      AS s (software_key, name, publisher, version, version_order, key, details)
  ), known AS MATERIALIZED (
    SELECT o.id, o.key FROM software o WHERE o.key = ANY ($1::uuid[])
  ), added AS (
    INSERT INTO software (key, name, publisher, version, version_order)
    SELECT DISTINCT ON (s.software_key) s.software_key, s.name, s.publisher, s.version, s.version_order::int[]
    FROM sent s WHERE NOT EXISTS (SELECT FROM known k WHERE k.key = s.software_key)
    ORDER BY s.software_key
    ON CONFLICT (key) DO NOTHING RETURNING id, key
  )
  INSERT INTO software_variant (software_id, key, details)
  SELECT k.id, s.key, s.details
  FROM sent s JOIN (SELECT id, key FROM known UNION ALL SELECT id, key FROM added) k ON k.key = s.software_key
  ORDER BY s.key
  ON CONFLICT (key) DO NOTHING RETURNING key, id AS "variantId", software_id AS "softwareId"`,
);
