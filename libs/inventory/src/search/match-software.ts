import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { RowCriteria } from './criteria.js';
import { leavesOf } from './row-test.js';
import { placeOf, softwareTest } from './software-fields.js';
import { SqlParameters } from './sql-parameters.js';

/** Numbers of a dictionary, ascending; `many` when there are too many to be carried around. */
export type DictionaryNumbers = readonly number[] | 'many';

/** The entries of the dictionaries that pass. */
export interface MatchedSoftware {
  /** A device without any of them has no row that passes. */
  readonly softwareIds: DictionaryNumbers;
  /** Null when every row of the software passes, whatever else it says. */
  readonly variantIds: DictionaryNumbers | null;
  /** Whether the device's own rows have to be looked at as well. */
  readonly ofDevice: boolean;
  /** Whether so few devices have it that the index is the fastest way to them. */
  readonly isRare: boolean;
}

/** Devices looked at to learn how common software is. */
const SAMPLE_DEVICES = 100;
/** What one look-up in the index costs per entry found, against looking at one number of a device's list. */
const INDEX_COST = 40;
/** What it costs more for each number that is looked for together. */
const TOGETHER_COST = 2;
const LOOKUPS = 64;

/** Asks the dictionaries of software which entries pass. */
@Injectable()
export class MatchSoftware {
  /** Numbers that are carried around; when there are more, the database is left to find them again. */
  protected readonly mostNumbers: number = 20_000;

  constructor(private readonly database: DataSource) {}

  async execute(row: RowCriteria): Promise<MatchedSoftware> {
    const places = new Set(leavesOf(row).map((leaf) => placeOf(leaf.field)));
    const byVariant = places.has('variant');
    const found = byVariant
      ? await this.variants(row)
      : { softwareIds: await this.software(row), variantIds: null };
    return { ...found, ofDevice: places.has('device'), isRare: await this.isRare(found.softwareIds) };
  }

  private async software(row: RowCriteria): Promise<DictionaryNumbers> {
    const parameters = new SqlParameters(1);
    const rows: { ids: number[] | null }[] = await this.database.query(
      `SELECT array_agg(f.id ORDER BY f.id) AS ids FROM (
         SELECT s.id FROM software s WHERE ${softwareTest(row, parameters)} LIMIT ${this.mostNumbers + 1}
       ) f`,
      [...parameters.values],
    );
    return this.numbersOf(rows[0]?.ids);
  }

  private async variants(
    row: RowCriteria,
  ): Promise<{ softwareIds: DictionaryNumbers; variantIds: DictionaryNumbers }> {
    const parameters = new SqlParameters(1);
    const rows: { softwareIds: number[] | null; variantIds: number[] | null }[] = await this.database.query(
      `SELECT array_agg(DISTINCT f.software_id) AS "softwareIds", array_agg(f.id ORDER BY f.id) AS "variantIds"
       FROM (
         SELECT v.id, v.software_id FROM software_variant v JOIN software s ON s.id = v.software_id
         WHERE ${softwareTest(row, parameters)} LIMIT ${this.mostNumbers + 1}
       ) f`,
      [...parameters.values],
    );
    const variantIds = this.numbersOf(rows[0]?.variantIds);
    return { variantIds, softwareIds: variantIds === 'many' ? 'many' : (rows[0]?.softwareIds ?? []) };
  }

  private numbersOf(found: readonly number[] | null | undefined): DictionaryNumbers {
    const numbers = found ?? [];
    return numbers.length > this.mostNumbers ? 'many' : numbers;
  }

  /** Compares the entries that the index would find with the numbers that reading every list would look at. */
  private async isRare(ids: DictionaryNumbers): Promise<boolean> {
    if (ids === 'many') return false;
    if (ids.length <= 1) return true;
    const [sample]: { devices: number; looked: number; found: number }[] = await this.database.query(SAMPLE, [
      ids,
      SAMPLE_DEVICES,
    ]);
    if (sample === undefined || sample.devices === 0) return ids.length <= LOOKUPS;
    const together = Math.ceil(ids.length / LOOKUPS);
    return sample.found * (INDEX_COST + TOGETHER_COST * together) < sample.looked;
  }
}

// looked: numbers until the first that is found, or all; found: all that are found.
const SAMPLE = `
  SELECT count(*)::int AS devices, coalesce(sum(coalesce(l.first, l.size)), 0)::int AS looked,
    coalesce(sum(l.found), 0)::int AS found
  FROM (
    SELECT w.software_ids FROM device_software w TABLESAMPLE SYSTEM (
      (SELECT least(100, 100.0 * $2::int / greatest(1, reltuples)) FROM pg_class WHERE oid = 'device_software'::regclass))
    LIMIT $2::int
  ) w CROSS JOIN LATERAL (
    SELECT min(i.place) FILTER (WHERE i.id = ANY($1::int[])) AS first, count(*) FILTER (WHERE i.id = ANY($1::int[])) AS found,
      count(*) AS size
    FROM unnest(w.software_ids) WITH ORDINALITY AS i (id, place)
  ) l`;
