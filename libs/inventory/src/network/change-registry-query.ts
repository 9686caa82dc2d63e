import { changeRecorded } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { INVENTORY_ERRORS } from '../errors.js';
import { RegistryQueryStore } from './registry-query-store.js';
import {
  registryQueryNotFound,
  type RegistryQuery,
  type RegistryQueryFields,
  type RegistryQueryId,
} from './registry-query.js';

/** Each is part of the answer to every PROLOG. */
const MOST_QUERIES = 200;

/** Makes, changes and deletes registry queries. The next PROLOG asks accordingly. */
@Injectable()
export class ChangeRegistryQuery {
  constructor(
    private readonly outbox: Outbox,
    private readonly store: RegistryQueryStore,
  ) {}

  /** @throws AppError INVENTORY_REGISTRY_LABEL_TAKEN, INVENTORY_REGISTRY_QUERY_LIMIT */
  async create(principal: Principal, fields: RegistryQueryFields): Promise<RegistryQuery> {
    const query = { id: uuidv7() as RegistryQueryId, ...fields };
    await this.change(async (tx) => {
      if ((await this.store.count(tx.manager)) >= MOST_QUERIES)
        throw new AppError(
          INVENTORY_ERRORS.INVENTORY_REGISTRY_QUERY_LIMIT,
          `There can be ${MOST_QUERIES} registry queries, and there are.`,
        );
      await this.write(tx, query);
      this.record(tx, principal, 'create', query);
    });
    return query;
  }

  /** @throws AppError INVENTORY_REGISTRY_QUERY_NOT_FOUND, INVENTORY_REGISTRY_LABEL_TAKEN */
  async update(
    principal: Principal,
    id: RegistryQueryId,
    fields: RegistryQueryFields,
  ): Promise<RegistryQuery> {
    const query = { id, ...fields };
    await this.change(async (tx) => {
      if ((await this.store.lock(tx.manager, id)) === null) throw registryQueryNotFound(id);
      await this.write(tx, query);
      this.record(tx, principal, 'update', query);
    });
    return query;
  }

  /** @throws AppError INVENTORY_REGISTRY_QUERY_NOT_FOUND */
  async delete(principal: Principal, id: RegistryQueryId): Promise<void> {
    await this.change(async (tx) => {
      const query = await this.store.lock(tx.manager, id);
      if (query === null) throw registryQueryNotFound(id);
      await this.store.remove(tx.manager, id);
      this.record(tx, principal, 'delete', query);
    });
  }

  private async write(tx: Transaction, query: RegistryQuery): Promise<void> {
    if (await this.store.store(tx.manager, query)) return;
    throw new AppError(
      INVENTORY_ERRORS.INVENTORY_REGISTRY_LABEL_TAKEN,
      `Another registry query is called "${query.label}".`,
      { field: 'label' },
    );
  }

  /** One change at a time: there are few, and each looks at all queries. */
  private async change(work: (tx: Transaction) => Promise<void>): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      await tx.manager.query('LOCK TABLE registry_query IN SHARE ROW EXCLUSIVE MODE');
      await work(tx);
    });
    this.store.forget();
  }

  private record(
    tx: Transaction,
    principal: Principal,
    action: 'create' | 'update' | 'delete',
    { id, label, tree, key, value }: RegistryQuery,
  ): void {
    const detail = { label, tree, key, value };
    const name = `registry-query.${action}`;
    tx.publish(changeRecorded, auditChange(principal, 'inventory', name, 'registry-query', id, detail), id);
  }
}
