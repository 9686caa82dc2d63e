import { TRACEPARENT } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect, headers as natsHeaders, type NatsConnection } from '@nats-io/transport-node';
import { EventBus, type Consumer } from './event-bus.js';
import { JetStreamSubscription } from './jetstream-subscription.js';
import { EVENT_STREAM, ORDERING_KEY_HEADER, ensureStreams } from './jetstream-streams.js';
import type { BusMessage } from './message.js';

const PUBLISH_TIMEOUT_MS = 5_000;
const RECONNECT_WAIT_MS = 500;

export interface JetStreamSettings {
  /** `nats://host:4222`, or several separated by commas. */
  readonly url: string;
}

interface Connected {
  readonly nats: NatsConnection;
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
}

/**
 * The bus of a distributed installation: JetStream streams, one durable pull consumer for each handler, explicit
 * acknowledgement, back-off by nak, dead letters. It waits for NATS at start and survives its absence later.
 */
@Injectable()
export class JetStreamBus extends EventBus {
  private connecting: Promise<Connected> | null = null;
  private attaching: Promise<void> = Promise.resolve();
  private nats: NatsConnection | null = null;
  private closing = false;
  private subscriptions: JetStreamSubscription[] = [];

  constructor(private readonly settings: JetStreamSettings) {
    super();
  }

  override listen(callback: () => void): Promise<void> {
    // The program serves its users while NATS is away; events wait in the outboxes.
    this.attaching = this.attach().catch((error: unknown) => {
      this.logger.error(`Consumers are not attached: ${String(error)}`);
    });
    callback();
    return Promise.resolve();
  }

  override async publish(message: BusMessage): Promise<void> {
    const { client } = await this.connected();
    await this.transmit(client, message.subject, message, message.id);
  }

  override async epoch(): Promise<string> {
    const { manager } = await this.connected();
    await ensureStreams(manager);
    const { created } = await manager.streams.info(EVENT_STREAM);
    return created;
  }

  override async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.subscriptions.map((subscription) => subscription.stop()));
    if (this.nats) await this.nats.close();
    await this.attaching;
  }

  private async attach(): Promise<void> {
    const { client, manager } = await this.connected();
    if (this.closing) return;
    this.subscriptions = this.consumers.map(
      (consumer) =>
        new JetStreamSubscription(client, manager, consumer, {
          deliver: (message, attempt, keepAlive) => this.deliver(consumer, message, attempt, keepAlive),
          bury: (message, error) => this.buryAndTell(consumer, message, error),
        }),
    );
    for (const subscription of this.subscriptions) subscription.start();
    this.nowReady();
  }

  private async transmit(
    client: JetStreamClient,
    subject: string,
    message: BusMessage,
    id: string,
  ): Promise<void> {
    const headers = natsHeaders();
    headers.set(TRACEPARENT, message.traceparent);
    headers.set(ORDERING_KEY_HEADER, encodeURIComponent(message.orderingKey));
    await client.publish(subject, JSON.stringify(message.payload), {
      msgID: id,
      headers,
      timeout: PUBLISH_TIMEOUT_MS,
    });
  }

  private async buryAndTell(consumer: Consumer, message: BusMessage, error: unknown): Promise<void> {
    await this.bury(consumer, message, error);
    const { client } = await this.connected();
    const { subject, payload } = message;
    const told = {
      ...message,
      payload: { consumer: consumer.name, subject, reason: String(error), payload },
    };
    await this.transmit(client, `ocs.dead.${consumer.context}`, told, `${consumer.name} ${message.id}`);
  }

  private connected(): Promise<Connected> {
    this.connecting ??= this.connect().catch((error: unknown) => {
      this.connecting = null;
      throw error;
    });
    return this.connecting;
  }

  private async connect(): Promise<Connected> {
    const nats = await this.untilNatsAnswers();
    const manager = await this.untilJetStreamAnswers(nats);
    return { nats, client: jetstream(nats, { timeout: PUBLISH_TIMEOUT_MS }), manager };
  }

  private async untilNatsAnswers(): Promise<NatsConnection> {
    for (;;) {
      try {
        const servers = this.settings.url.split(',');
        this.nats = await connect({
          servers,
          name: 'entrepot',
          maxReconnectAttempts: -1,
          reconnectTimeWait: RECONNECT_WAIT_MS,
        });
        return this.nats;
      } catch (error) {
        if (this.closing) throw error;
        this.logger.warn(`NATS is not there yet: ${String(error)}`);
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_WAIT_MS));
      }
    }
  }

  private async untilJetStreamAnswers(nats: NatsConnection): Promise<JetStreamManager> {
    for (;;) {
      try {
        const manager = await jetstreamManager(nats);
        await ensureStreams(manager);
        return manager;
      } catch (error) {
        if (nats.isClosed()) throw error;
        this.logger.warn(`JetStream is not ready yet: ${String(error)}`);
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_WAIT_MS));
      }
    }
  }
}
