import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { describeReason } from './describe-reason.js';
import { EventBus, type Consumer } from './event-bus.js';
import { JetStreamConnection, PUBLISH_TIMEOUT_MS } from './jetstream-connection.js';
import { encodeHeaders } from './jetstream-message.js';
import { EVENT_STREAM, ensureStreams } from './jetstream-streams.js';
import { JetStreamSubscription } from './jetstream-subscription.js';
import type { BusMessage } from './message.js';

export interface JetStreamSettings {
  /** `nats://[user:password@]host:4222` or `tls://…`; the servers of a cluster are separated by commas. */
  readonly url: string;
}

/**
 * The bus of a distributed installation: JetStream streams, one durable pull consumer for each handler, explicit
 * acknowledgement, back-off, dead letters. It waits for NATS at start and survives its absence later.
 */
@Injectable()
export class JetStreamBus extends EventBus implements OnModuleDestroy {
  private readonly connection: JetStreamConnection;
  private subscriptions: JetStreamSubscription[] = [];

  constructor(settings: JetStreamSettings) {
    super();
    this.connection = new JetStreamConnection(settings.url, this.logger);
  }

  override listen(callback: () => void): Promise<void> {
    // The program serves its users while NATS is away; events wait in the outboxes, and subscriptions for NATS.
    this.subscriptions = this.consumers.map(
      (consumer) =>
        new JetStreamSubscription(this.connection, consumer, {
          deliver: (message, attempt) => this.deliver(consumer, message, attempt),
          bury: (message, error) => this.buryAndTell(consumer, message, error),
        }),
    );
    for (const subscription of this.subscriptions) subscription.start();
    void this.connection.ready().then(
      () => this.nowReady(),
      () => undefined, // The program stops before NATS ever answered.
    );
    callback();
    return Promise.resolve();
  }

  override async publish(message: BusMessage): Promise<void> {
    await this.transmit(message.subject, message, message.id);
  }

  override async epoch(): Promise<string> {
    const { manager } = await this.connection.ready();
    await ensureStreams(manager);
    const { created } = await manager.streams.info(EVENT_STREAM);
    return created;
  }

  /** The outboxes drain next, and must not wait for a NATS that is away. */
  onModuleDestroy(): void {
    this.connection.giveUp();
  }

  override async close(): Promise<void> {
    await Promise.all(this.subscriptions.map((subscription) => subscription.stop()));
    await this.connection.close();
  }

  private async transmit(subject: string, message: BusMessage, id: string): Promise<void> {
    const { client } = await this.connection.ready();
    await client.publish(subject, JSON.stringify(message.payload), {
      msgID: id,
      headers: encodeHeaders(message),
      timeout: PUBLISH_TIMEOUT_MS,
    });
  }

  private async buryAndTell(consumer: Consumer, message: BusMessage, error: unknown): Promise<void> {
    await this.bury(consumer, message, error);
    const { subject, payload } = message;
    const told = {
      ...message,
      payload: { consumer: consumer.name, subject, reason: describeReason(error), payload },
    };
    try {
      await this.transmit(`ocs.dead.${consumer.context}`, told, `${consumer.name} ${message.id}`);
    } catch (failure) {
      // It lies in the table, where it is listed and replayed from; this is only the news of it.
      this.logger.warn(`The dead letter ${message.id} was not told: ${String(failure)}`);
    }
  }
}
