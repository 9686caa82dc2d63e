import { Logger } from '@nestjs/common';
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { Consumer } from './event-bus.js';
import { ACK_WAIT_MS, MAX_UNDER_WAY, ensureConsumer, ensureStreams } from './jetstream-streams.js';
import { KeyedQueue } from './keyed-queue.js';
import type { JetStreamConnection } from './jetstream-connection.js';
import { decodeMessage, ORDERING_KEY_HEADER } from './jetstream-message.js';
import type { BusMessage } from './message.js';
import { decideRetry } from './retry-policy.js';
import { atMost, Shutdown } from './shutdown.js';

const RESUBSCRIBE_MS = 1_000;
const DRAIN_MS = 10_000;
/** The same for all, so that they come again in order; later than the last request of this life for more. */
const NEXT_LIFE_MS = 2_000;

interface Handling {
  deliver(message: BusMessage, attempt: number): Promise<void>;
  bury(message: BusMessage, error: unknown): Promise<void>;
}

/** Pulls the messages of one consumer for as long as the program runs, whatever happens to NATS meanwhile. */
export class JetStreamSubscription {
  private readonly logger = new Logger(JetStreamSubscription.name);
  private readonly queue = new KeyedQueue();
  private messages: ConsumerMessages | null = null;
  private readonly shutdown = new Shutdown();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly consumer: Consumer,
    private readonly handling: Handling,
  ) {}

  start(): void {
    this.loop = this.pull();
  }

  /** Stops pulling and gives the messages under way some time to end; what does not is delivered again. */
  async stop(): Promise<void> {
    this.shutdown.begin();
    this.messages?.stop();
    await this.loop;
    await atMost(DRAIN_MS, this.queue.drained());
  }

  private async pull(): Promise<void> {
    while (!this.shutdown.begun) {
      try {
        const connected = this.connection.ready();
        await this.shutdown.unlessBegun(connected);
        if (this.shutdown.begun) return;
        const { client, manager } = await connected;
        await ensureStreams(manager);
        const { name, subject } = this.consumer;
        const { stream, durable } = await ensureConsumer(manager, name, subject);
        const consumer = await client.consumers.get(stream, durable);
        this.messages = await consumer.consume({
          max_messages: MAX_UNDER_WAY,
          abort_on_missing_resource: true,
        });
        if (this.shutdown.begun) this.messages.stop();
        for await (const message of this.messages) this.enqueue(message);
      } catch (error) {
        if (!this.shutdown.begun) this.logger.warn(`${this.consumer.name} lost its stream: ${String(error)}`);
      }
      await this.shutdown.pause(RESUBSCRIBE_MS);
    }
  }

  private enqueue(message: JsMsg): void {
    const key = message.headers?.get(ORDERING_KEY_HEADER) ?? '';
    // From here on, for waiting in line is work too: what is silent for too long is sent a second time.
    const working = setInterval(() => message.working(), ACK_WAIT_MS / 3);
    void this.queue.run(key, () => this.handle(message)).finally(() => clearInterval(working));
  }

  private async handle(message: JsMsg): Promise<void> {
    // Not this one either, when the one before it under the same key has to come again.
    if (this.shutdown.begun) return message.nak(NEXT_LIFE_MS);
    try {
      await this.handleUntilDone(message, decodeMessage(message));
    } catch (error) {
      // The dead letter could not be laid down: keep it on the stream.
      this.logger.error(`${this.consumer.name} keeps a message it cannot bury: ${String(error)}`);
      message.nak(ACK_WAIT_MS);
    }
  }

  /** Tries again in place, so that what follows under the same key waits for its turn. */
  private async handleUntilDone(message: JsMsg, decoded: BusMessage): Promise<void> {
    for (let attempt = message.info.deliveryCount; ; attempt += 1) {
      try {
        await this.handling.deliver(decoded, attempt);
        return message.ack();
      } catch (error) {
        const decision = decideRetry(error, attempt);
        if (decision === 'dead') {
          await this.handling.bury(decoded, error);
          return message.term();
        }
        this.logger.warn(
          `${this.consumer.name} failed on ${decoded.id}, attempt ${String(attempt)}: ${String(error)}`,
        );
        await this.shutdown.pause(decision.retryAfterMs);
        if (this.shutdown.begun) return message.nak(NEXT_LIFE_MS);
      }
    }
  }
}
