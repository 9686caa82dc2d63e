import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PreparedStatement } from '@entrepot/platform-database';
import { DataSource } from 'typeorm';
import { INVENTORY_OPTIONS, type InventoryOptions } from '../inventory-options.js';
import { GenerationalMap } from './generational-map.js';
import type { SoftwareIdentity, SoftwareList } from './software-list.js';

interface DictionaryRow {
  readonly id: number;
  readonly key: string;
}

const FIND_SOFTWARE = new PreparedStatement<DictionaryRow>(
  'find-software',
  'SELECT id, key FROM software WHERE key = ANY($1::uuid[])',
);

const INSERT_SOFTWARE = new PreparedStatement<DictionaryRow>(
  'insert-software',
  `INSERT INTO software (key, name, publisher, version)
   SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
   ON CONFLICT (key) DO NOTHING RETURNING id, key`,
);

interface Miss {
  readonly text: string;
  readonly key: string;
  readonly identity: SoftwareIdentity;
}

/** The number of each software identity, the same for all devices. Entries are never removed. */
@Injectable()
export class SoftwareDictionary {
  private readonly cache: GenerationalMap<string, number>;

  constructor(
    private readonly database: DataSource,
    @Inject(INVENTORY_OPTIONS) options: InventoryOptions,
  ) {
    this.cache = new GenerationalMap(options.softwareCacheEntries);
  }

  /**
   * The numbers of the given identities, at the same places. New ones are committed by themselves: inside the
   * caller's transaction a rollback would leave numbers in the memory of this process that do not exist.
   */
  async idsOf({ identities, keys }: Pick<SoftwareList, 'identities' | 'keys'>): Promise<number[]> {
    const found = new Map<string, number>();
    const misses: Miss[] = [];
    const ids = identities.map((identity, index) => {
      const text = keys[index] ?? '';
      const id = this.cache.get(text);
      if (id === undefined) misses.push({ text, key: databaseKey(text), identity });
      return id;
    });
    if (misses.length > 0) await this.resolve(misses, found);
    return ids.map((known, index) => {
      const id = known ?? found.get(keys[index] ?? '');
      if (id === undefined) throw new Error('The software dictionary did not answer for every identity.');
      return id;
    });
  }

  private async resolve(misses: Miss[], found: Map<string, number>): Promise<void> {
    // Processes that insert the same identities in one order cannot deadlock.
    misses.sort((a, b) => (a.key < b.key ? -1 : 1));
    const absent = await this.look(misses, found);
    if (absent.length === 0) return;
    const inserted = await INSERT_SOFTWARE.run(this.database, [
      absent.map((miss) => miss.key),
      absent.map((miss) => miss.identity.name),
      absent.map((miss) => miss.identity.publisher),
      absent.map((miss) => miss.identity.version),
    ]);
    // What another process has inserted meanwhile is not among the rows returned.
    const taken = this.keep(absent, inserted, found);
    if (taken.length > 0 && (await this.look(taken, found)).length > 0) {
      throw new Error('The software dictionary did not keep every identity.');
    }
  }

  /** Reads what exists; what does not is answered. Asked first, because an insert in vain would burn numbers. */
  private async look(misses: readonly Miss[], found: Map<string, number>): Promise<Miss[]> {
    const rows = await FIND_SOFTWARE.run(this.database, [misses.map((miss) => miss.key)]);
    return this.keep(misses, rows, found);
  }

  /** Notes the numbers that the rows tell; answers those that have none yet. */
  private keep(misses: readonly Miss[], rows: readonly DictionaryRow[], found: Map<string, number>): Miss[] {
    const ids = new Map(rows.map((row) => [row.key, row.id]));
    return misses.filter((miss) => {
      const id = ids.get(miss.key);
      if (id === undefined) return true;
      found.set(miss.text, id);
      this.cache.set(miss.text, id);
      return false;
    });
  }
}

/** Half of a SHA-256 as a UUID: three texts of 255 characters do not fit into an index entry. */
function databaseKey(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex').slice(0, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
