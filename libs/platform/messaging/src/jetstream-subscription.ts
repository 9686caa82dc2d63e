import { TRACEPARENT } from '@entrepot/platform-telemetry';
import { Logger } from '@nestjs/common';
import type { ConsumerMessages, JetStreamClient, JetStreamManager, JsMsg } from '@nats-io/jetstream';
import type { Consumer } from './event-bus.js';
import {
  ACK_WAIT_MS,
  MAX_UNDER_WAY,
  ORDERING_KEY_HEADER,
  ensureConsumer,
  ensureStreams,
} from './jetstream-streams.js';
import { KeyedQueue } from './keyed-queue.js';
import type { BusMessage } from './message.js';
import { decideRetry } from './retry-policy.js';
import { Shutdown } from './shutdown.js';

const RESUBSCRIBE_MS = 1_000;

interface Handling {
  deliver(message: BusMessage, attempt: number, keepAlive: () => void): Promise<void>;
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
    private readonly client: JetStreamClient,
    private readonly manager: JetStreamManager,
    private readonly consumer: Consumer,
    private readonly handling: Handling,
  ) {}

  start(): void {
    this.loop = this.pull();
  }

  /** Stops pulling and waits for the messages under way. */
  async stop(): Promise<void> {
    this.shutdown.begin();
    this.messages?.stop();
    await this.loop;
    await this.queue.drained();
  }

  private async pull(): Promise<void> {
    while (!this.shutdown.begun) {
      try {
        await ensureStreams(this.manager);
        const { stream, durable } = await ensureConsumer(
          this.manager,
          this.consumer.name,
          this.consumer.subject,
        );
        const consumer = await this.client.consumers.get(stream, durable);
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
    try {
      await this.handleUntilDone(message, decode(message));
    } catch (error) {
      // The dead letter could not be laid down (or the message is not one of ours): keep it on the stream.
      this.logger.error(`${this.consumer.name} keeps a message it cannot bury: ${String(error)}`);
      message.nak(ACK_WAIT_MS);
    }
  }

  /** Tries again in place, so that what follows under the same key waits for its turn. */
  private async handleUntilDone(message: JsMsg, decoded: BusMessage): Promise<void> {
    for (let attempt = message.info.deliveryCount; ; attempt += 1) {
      try {
        await this.handling.deliver(decoded, attempt, () => message.working());
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
        if (this.shutdown.begun) return message.nak(decision.retryAfterMs);
      }
    }
  }
}

function decode(message: JsMsg): BusMessage {
  const id = message.headers?.get('Nats-Msg-Id') ?? '';
  if (!id) throw new Error(`Message ${String(message.seq)} on ${message.subject} has no Nats-Msg-Id`);
  return {
    id,
    subject: message.subject,
    orderingKey: decodeURIComponent(message.headers?.get(ORDERING_KEY_HEADER) ?? ''),
    traceparent: message.headers?.get(TRACEPARENT) ?? '',
    payload: parsePayload(message),
  };
}

function parsePayload(message: JsMsg): unknown {
  try {
    return message.json<unknown>();
  } catch {
    return null; // The event's schema refuses null, which makes a dead letter of it.
  }
}
