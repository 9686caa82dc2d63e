import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { EventBus, type Consumer } from './event-bus.js';
import type { BusMessage } from './message.js';
import { decideRetry } from './retry-policy.js';

/**
 * The bus of a single process. `publish` resolves when every consumer has handled the message or laid it down as a
 * dead letter, so an outbox row counts as sent only then: what a crash interrupts is delivered again at the next start.
 */
@Injectable()
export class MemoryBus extends EventBus {
  private readonly stopping = new AbortController();

  override listen(callback: () => void): Promise<void> {
    this.nowReady();
    callback();
    return Promise.resolve();
  }

  override close(): Promise<void> {
    this.stopping.abort(new Error('The event bus is closed.'));
    return Promise.resolve();
  }

  override epoch(): Promise<string> {
    return Promise.resolve('memory');
  }

  override async publish(message: BusMessage): Promise<void> {
    const interested = this.consumers.filter((consumer) => consumer.subject === message.subject);
    await Promise.all(interested.map((consumer) => this.deliverUntilDone(consumer, message)));
  }

  private async deliverUntilDone(consumer: Consumer, message: BusMessage): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      this.stopping.signal.throwIfAborted();
      try {
        return await this.deliver(consumer, message, attempt, () => undefined);
      } catch (error) {
        const decision = decideRetry(error, attempt);
        if (decision === 'dead') return this.bury(consumer, message, error);
        this.logger.warn(
          `${consumer.name} failed on ${message.subject} ${message.id}, attempt ${attempt}: ${String(error)}`,
        );
        // Ended early by a shutdown, which the next turn of the loop notices.
        await pause(decision.retryAfterMs, null, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }
}
