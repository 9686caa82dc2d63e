import { changeRecorded } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { beforeId, idPage, type Page, type PageQuery } from '@entrepot/platform-http';
import { currentTraceparent } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ERRORS } from './errors.js';
import { describeReason } from './describe-reason.js';
import { EventBus, type Consumer, type DeadLetterBox } from './event-bus.js';
import type { BusMessage } from './message.js';
import { Outbox } from './outbox.js';
import { storableJson, storableText } from './storable.js';

/** A message that a consumer could not handle, kept until somebody replays it. */
export interface DeadLetter {
  readonly id: string;
  readonly consumer: string;
  readonly messageId: string;
  readonly subject: string;
  readonly payload: unknown;
  readonly reason: string;
  readonly failedAt: Date;
  readonly replayedAt: Date | null;
}

interface ReplayedLetter {
  readonly consumer: string;
  readonly messageId: string;
  readonly subject: string;
  readonly orderingKey: string;
  readonly payload: unknown;
}

/** The dead letters of one context. */
@Injectable()
export class DeadLetters implements DeadLetterBox {
  constructor(
    private readonly context: string,
    private readonly database: DataSource,
    private readonly outbox: Outbox,
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
        storableText(message.orderingKey),
        storableJson(message.payload),
        storableText(describeReason(error)),
      ],
    );
  }

  /**
   * Those that were replayed too, newest first.
   * @throws AppError HTTP_CURSOR_INVALID
   */
  async list(query: PageQuery): Promise<Page<DeadLetter>> {
    const rows: DeadLetter[] = await this.database.query(
      `SELECT id, consumer, message_id AS "messageId", subject, payload, reason,
              failed_at AS "failedAt", replayed_at AS "replayedAt"
       FROM dead_letter WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
      [beforeId(query), query.limit + 1],
    );
    const [count] = (await this.database.query('SELECT count(*)::integer AS total FROM dead_letter')) as {
      total: number;
    }[];
    return idPage(rows, query.limit, count?.total ?? 0);
  }

  /**
   * Gives the message to its consumer once more.
   * @throws AppError MESSAGING_DEAD_LETTER_NOT_FOUND, MESSAGING_CONSUMER_GONE, or the consumer's own failure
   */
  async replay(principal: Principal, id: string): Promise<void> {
    const letter = await this.find(id);
    const consumer = this.bus.consumers.find(({ name }) => name === letter.consumer);
    if (!consumer) {
      const detail = `No program has a consumer ${letter.consumer} any more`;
      throw new AppError(ERRORS.MESSAGING_CONSUMER_GONE, detail, { consumer: letter.consumer });
    }
    const message = { ...letter, id: letter.messageId, traceparent: currentTraceparent() };
    await this.bus.deliver(consumer, message, 1);
    await this.outbox.transaction(async (tx) => {
      await tx.manager.query('UPDATE dead_letter SET replayed_at = now() WHERE id = $1', [id]);
      const { messageId, subject } = letter;
      const detail = { consumer: consumer.name, messageId, subject };
      tx.publish(
        changeRecorded,
        auditChange(principal, this.context, 'dead-letter.replay', 'dead-letter', id, detail),
        id,
      );
    });
  }

  private async find(id: string): Promise<ReplayedLetter> {
    const [letter] = (await this.database.query(
      `SELECT consumer, message_id AS "messageId", subject, ordering_key AS "orderingKey", payload
       FROM dead_letter WHERE id = $1`,
      [id],
    )) as ReplayedLetter[];
    if (letter) return letter;
    throw new AppError(ERRORS.MESSAGING_DEAD_LETTER_NOT_FOUND, `There is no dead letter ${id}`, {
      field: 'id',
    });
  }
}
