import { Gate } from '@entrepot/kernel';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { isWorthRetrying } from '../inventories/postgres-failure.js';
import { groupNotFound, lockDefinitions, lockGroup, type Group } from './group.js';

/** Each holds a connection, perhaps only waiting for a lock, while the one with the lock may need a second one. */
const AT_ONCE = 2;
const ATTEMPTS = 4;

type GroupWork<Result> = (tx: Transaction, group: Group) => Promise<Result>;

/** Runs whatever changes a group or its members: one after the other for each group, and few at the same time. */
@Injectable()
export class GroupTransactions {
  private readonly gate = new Gate(AT_ONCE);

  constructor(private readonly outbox: Outbox) {}

  /**
   * Runs the work in a transaction that holds the group's lock; never call it inside such work.
   * @throws AppError INVENTORY_GROUP_NOT_FOUND, or whatever the work throws
   */
  run<Result>(groupId: string, work: GroupWork<Result>): Promise<Result> {
    return this.gate.run(() => this.again(1, (tx) => withGroup(tx, groupId, work)));
  }

  /**
   * As `run`, for what changes a definition or deletes a group: no other definition changes meanwhile.
   * @throws AppError INVENTORY_GROUP_NOT_FOUND, or whatever the work throws
   */
  runDefining<Result>(groupId: string, work: GroupWork<Result>): Promise<Result> {
    return this.gate.run(() =>
      this.again(1, async (tx) => {
        await lockDefinitions(tx.manager);
        return withGroup(tx, groupId, work);
      }),
    );
  }

  // A merge or a purge of devices may take hold of the same rows in another order.
  private async again<Result>(attempt: number, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    try {
      return await this.outbox.transaction(work);
    } catch (error) {
      if (attempt >= ATTEMPTS || !isWorthRetrying(error)) throw error;
      return this.again(attempt + 1, work);
    }
  }
}

async function withGroup<Result>(tx: Transaction, groupId: string, work: GroupWork<Result>): Promise<Result> {
  const group = await lockGroup(tx.manager, groupId);
  if (group === null) throw groupNotFound(groupId);
  return work(tx, group);
}
