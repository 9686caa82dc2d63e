import { AppError, defineErrors } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { EventBus, type Consumer, type DeadLetterBox } from './event-bus.js';
import type { BusMessage } from './message.js';

const ERRORS = defineErrors({
  MESSAGING_DEAD_LETTER_NOT_FOUND: ['not-found', 'No such dead letter'],
});

/** A message that a consumer could not handle, kept until somebody replays it. */
export interface DeadLetter {
  readonly id: string;
  readonly consumer: string;
  readonly messageId: string;
  readonly subject: string;
  readonly payload: unknown;
  readonly reason: string;
  readonly failedAt: string;
  readonly replayedAt: string | null;
}

const LIST_LIMIT = 500;
const REASON_LENGTH = 2_000;

/** The dead letters of one context. */
@Injectable()
export class DeadLetters implements DeadLetterBox {
  constructor(
    private readonly database: DataSource,
    private readonly bus: EventBus,
  ) {}

  async record(consumer: Consumer, message: BusMessage, error: unknown): Promise<void> {
    await this.database.query(
      `INSERT INTO dead_letter (consumer, message_id, subject, ordering_key, payload, reason)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (consumer, message_id)
       DO UPDATE SET reason = EXCLUDED.reason, failed_at = now(), replayed_at = NULL`,
      [
        consumer.name,
        message.id,
        message.subject,
        message.orderingKey,
        JSON.stringify(message.payload),
        String(error).slice(0, REASON_LENGTH),
      ],
    );
  }

  /** The newest first, at most 500. */
  async list(): Promise<DeadLetter[]> {
    return this.database.query(
      `SELECT id, consumer, message_id AS "messageId", subject, payload, reason,
              failed_at AS "failedAt", replayed_at AS "replayedAt"
       FROM dead_letter ORDER BY failed_at DESC, id DESC LIMIT $1`,
      [LIST_LIMIT],
    );
  }

  /**
   * Gives the message to its consumer once more.
   * @throws AppError MESSAGING_DEAD_LETTER_NOT_FOUND, or the consumer's own failure
   */
  async replay(id: string): Promise<void> {
    const [letter] = (await this.database.query(
      `SELECT consumer, message_id AS "messageId", subject, ordering_key AS "orderingKey", payload
       FROM dead_letter WHERE id = $1`,
      [id],
    )) as { consumer: string; messageId: string; subject: string; orderingKey: string; payload: unknown }[];
    const consumer = this.bus.consumers.find(({ name }) => name === letter?.consumer);
    if (!letter || !consumer) {
      throw new AppError(ERRORS.MESSAGING_DEAD_LETTER_NOT_FOUND, `There is no dead letter ${id}`, {
        field: 'id',
      });
    }
    const message = { ...letter, id: letter.messageId, traceparent: '' };
    await this.bus.deliver(consumer, message, 1, () => undefined);
    await this.database.query('UPDATE dead_letter SET replayed_at = now() WHERE id = $1', [id]);
  }
}
