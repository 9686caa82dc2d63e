import type { RegistryQuestion } from '@entrepot/ocs-wire';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { FreshCopy } from '../settings/fresh-copy.js';
import type { RegistryQuery, RegistryQueryId } from './registry-query.js';

/** What agents are asked of their registry, with a short-lived copy for PROLOGs. */
@Injectable()
export class RegistryQueryStore {
  private readonly copy = new FreshCopy<readonly RegistryQuestion[]>(() => this.list());

  constructor(private readonly database: DataSource) {}

  /** All of them; at most half a second old when another process changes one. */
  current(): Promise<readonly RegistryQuestion[]> {
    return this.copy.current();
  }

  /** Makes the next reader of this process ask the database; call it after the commit of a change. */
  forget(): void {
    this.copy.forget();
  }

  /** All of them, by their labels. */
  list(): Promise<RegistryQuery[]> {
    return this.database.query(`SELECT ${COLUMNS} FROM registry_query ORDER BY label, id`);
  }

  /** Locks and reads one for a change; null when there is none. */
  async lock(manager: EntityManager, id: RegistryQueryId): Promise<RegistryQuery | null> {
    const [row]: RegistryQuery[] = await manager.query(
      `SELECT ${COLUMNS} FROM registry_query WHERE id = $1 FOR UPDATE`,
      [id],
    );
    return row ?? null;
  }

  /** Stores a query; false when another one has its label. */
  async store(manager: EntityManager, { id, label, tree, key, value }: RegistryQuery): Promise<boolean> {
    const written: unknown[] = await manager.query(STORE, [id, label, tree, key, value]);
    return written.length > 0;
  }

  async remove(manager: EntityManager, id: RegistryQueryId): Promise<void> {
    await manager.query('DELETE FROM registry_query WHERE id = $1', [id]);
  }

  async count(manager: EntityManager): Promise<number> {
    const [row]: { count: number }[] = await manager.query('SELECT count(*)::int FROM registry_query');
    return row?.count ?? 0;
  }
}

const COLUMNS = 'id, label, tree, key, value';

// Not a plain ON CONFLICT (label): that would make one query out of two.
const STORE = `
  INSERT INTO registry_query (${COLUMNS})
  SELECT $1, $2, $3::int, $4, $5 WHERE NOT EXISTS (SELECT FROM registry_query WHERE label = $2 AND id <> $1)
  ON CONFLICT (id) DO UPDATE
    SET label = excluded.label, tree = excluded.tree, key = excluded.key, value = excluded.value
  RETURNING 1`;
