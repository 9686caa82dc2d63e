import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { EventBus, type Consumer } from './event-bus.js';
import type { BusMessage } from './message.js';
import { decideRetry } from './retry-policy.js';
import { Shutdown } from './shutdown.js';

/**
 * The bus of a single process. `publish` resolves when every consumer has handled the message or laid it down as a
 * dead letter, so an outbox row counts as sent only then: what a crash interrupts is delivered again at the next start.
 */
@Injectable()
export class MemoryBus extends EventBus implements OnModuleDestroy {
  private readonly shutdown = new Shutdown();

  override listen(callback: () => void): Promise<void> {
    this.nowReady();
    callback();
    return Promise.resolve();
  }

  /** Nobody waits for a retry any more, so that the outboxes can drain: see `OutboxRelay`. */
  onModuleDestroy(): void {
    this.shutdown.begin();
  }

  override close(): Promise<void> {
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
      try {
        return await this.deliver(consumer, message, attempt);
      } catch (error) {
        const decision = decideRetry(error, attempt);
        if (decision === 'dead') return this.bury(consumer, message, error);
        this.logger.warn(
          `${consumer.name} failed on ${message.subject} ${message.id}, attempt ${attempt}: ${String(error)}`,
        );
        await this.shutdown.pause(decision.retryAfterMs);
        if (this.shutdown.begun) throw error;
      }
    }
  }
}
