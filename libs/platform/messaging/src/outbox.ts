import type { EventDefinition } from '@entrepot/contracts';
import { PreparedStatement } from '@entrepot/platform-database';
import { currentTraceparent } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';

/** One database transaction and the facts that are published if, and only if, it commits. */
export interface Transaction {
  readonly manager: EntityManager;
  /**
   * Adds an event to the transaction.
   * @param orderingKey events with the same key reach each consumer in this order, so use the id of what changed
   * @throws Error when the payload does not have the event's shape, which is a mistake of ours
   */
  publish<Payload>(event: EventDefinition<Payload>, payload: Payload, orderingKey: string): void;
}

interface PendingRow {
  readonly messageId: string;
  readonly subject: string;
  readonly orderingKey: string;
  readonly payload: string;
}

const INSERT_ROWS = new PreparedStatement(
  'insert-outbox-rows',
  `INSERT INTO outbox (message_id, subject, ordering_key, payload, traceparent)
   SELECT *, $5 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[])`,
);

/** The transactional outbox of one context. */
@Injectable()
export class Outbox {
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly database: DataSource) {}

  /** Runs the work in one transaction and stores what it published in the same transaction. */
  async transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const pending: PendingRow[] = [];
    const result = await this.database.transaction(async (manager) => {
      const publish: Transaction['publish'] = (event, payload, orderingKey) => {
        const checked = event.schema.safeParse(payload);
        if (!checked.success)
          throw new Error(`${event.subject} cannot have this payload`, { cause: checked.error });
        pending.push({
          messageId: uuidv7(),
          subject: event.subject,
          orderingKey,
          payload: JSON.stringify(checked.data),
        });
      };
      const value = await work({ manager, publish });
      if (pending.length > 0) await this.insert(manager, pending);
      return value;
    });
    if (pending.length > 0) for (const listener of this.listeners) listener();
    return result;
  }

  /** Calls back after each commit that stored events. */
  onCommit(listener: () => void): void {
    this.listeners.push(listener);
  }

  private async insert(manager: EntityManager, rows: readonly PendingRow[]): Promise<void> {
    await INSERT_ROWS.run(manager, [
      rows.map((row) => row.messageId),
      rows.map((row) => row.subject),
      rows.map((row) => row.orderingKey),
      rows.map((row) => row.payload),
      currentTraceparent(),
    ]);
  }
}
