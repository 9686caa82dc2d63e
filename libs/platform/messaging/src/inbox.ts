import { PreparedStatement } from '@entrepot/platform-database';
import { Injectable } from '@nestjs/common';
import type { EventMessage } from './message.js';
import { Outbox, type Transaction } from './outbox.js';

const REMEMBER = new PreparedStatement<{ readonly isNew: true }>(
  'remember-message',
  `INSERT INTO inbox (consumer, message_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING true AS "isNew"`,
);

/** Remembers which messages this context has handled, so that a second delivery does nothing. */
@Injectable()
export class Inbox {
  constructor(private readonly outbox: Outbox) {}

  /**
   * Runs the work unless this consumer has handled the message before; remembers it in the same transaction.
   * @returns false when it was handled before
   */
  async once(message: EventMessage, work: (tx: Transaction) => Promise<void>): Promise<boolean> {
    return this.outbox.transaction(async (tx) => {
      const inserted = await REMEMBER.run(tx.manager, [message.consumer, message.id]);
      if (inserted.length === 0) return false;
      await work(tx);
      return true;
    });
  }
}
