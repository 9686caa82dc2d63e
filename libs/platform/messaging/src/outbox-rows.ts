import type { QueryRunner } from 'typeorm';
import type { BusMessage } from './message.js';

/** An outbox row with its place in the order. */
export interface OutboxRow extends BusMessage {
  readonly position: string;
}

const KEEP_PUBLISHED = '7 days';
/** Older than this nothing is sent again, so that every inbox still knows what it has handled. */
const SEND_AGAIN = '14 days';
const KEEP_HANDLED = '30 days';

/** The relay's queries on its own connection, which also holds the lock that makes it the only relay. */
export class OutboxRows {
  constructor(
    private readonly runner: QueryRunner,
    private readonly context: string,
  ) {}

  /** Makes this connection the context's only relay; false when another one has the lock. */
  async lead(): Promise<boolean> {
    const [row] = (await this.runner.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked', [
      `entrepot.outbox.${this.context}`,
    ])) as { locked: boolean }[];
    if (!row?.locked) return false;
    // A mark that a crash loses only sends a message again, so nobody waits for the disk.
    await this.runner.query('SET synchronous_commit = off');
    return true;
  }

  /** Lets another relay take over; the connection goes back to the pool without the lock. */
  async resign(): Promise<void> {
    await this.runner.query('RESET synchronous_commit');
    await this.runner.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [
      `entrepot.outbox.${this.context}`,
    ]);
  }

  /** The oldest unpublished rows that are not under way. */
  async next(underWay: readonly string[], limit: number): Promise<OutboxRow[]> {
    return (await this.runner.query(
      `SELECT id AS position, message_id AS id, subject, ordering_key AS "orderingKey", payload,
              traceparent
       FROM outbox WHERE published_at IS NULL AND id <> ALL ($1::bigint[]) ORDER BY id LIMIT $2`,
      [underWay, limit],
    )) as OutboxRow[];
  }

  async markPublished(positions: readonly string[]): Promise<void> {
    await this.runner.query('UPDATE outbox SET published_at = now() WHERE id = ANY ($1::bigint[])', [
      positions,
    ]);
  }

  /** Notes the transport's epoch; when it is another than before, everything kept is sent again. */
  async followEpoch(epoch: string): Promise<boolean> {
    const [known] = (await this.runner.query('SELECT epoch FROM bus_epoch')) as { epoch: string }[];
    if (known?.epoch === epoch) return false;
    await this.runner.startTransaction();
    try {
      await this.runner.query(
        `INSERT INTO bus_epoch (epoch) VALUES ($1) ON CONFLICT (only_row) DO UPDATE SET epoch = EXCLUDED.epoch`,
        [epoch],
      );
      if (known)
        await this.runner.query(
          `UPDATE outbox SET published_at = NULL
           WHERE published_at IS NOT NULL AND created_at > now() - interval '${SEND_AGAIN}'`,
        );
      await this.runner.commitTransaction();
    } catch (error) {
      await this.runner.rollbackTransaction();
      throw error;
    }
    return known !== undefined;
  }

  /** Forgets what was sent and handled long ago. */
  async prune(): Promise<void> {
    await this.runner.query(`DELETE FROM outbox WHERE published_at < now() - interval '${KEEP_PUBLISHED}'`);
    await this.runner.query(`DELETE FROM inbox WHERE handled_at < now() - interval '${KEEP_HANDLED}'`);
    await this.runner.query(`DELETE FROM dead_letter WHERE replayed_at < now() - interval '${KEEP_HANDLED}'`);
  }
}
