import { Gate } from '@entrepot/kernel';
import { continueTrace, withLogContext } from '@entrepot/platform-telemetry';
import { EventContext, type BusMessage } from './message.js';
import type { ConsumerExtras } from './consumes.js';
import { PayloadRefused } from './payload-refused.js';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';

/** A method that `@Consumes` a subject. */
export interface Consumer {
  readonly name: string;
  readonly context: string;
  readonly subject: string;
  readonly extras: ConsumerExtras;
  readonly handler: MessageHandler;
  readonly gate: Gate;
}

/** Where a message that no retry can help is laid down. */
export interface DeadLetterBox {
  record(consumer: Consumer, message: BusMessage, error: unknown): Promise<void>;
}

/**
 * Carries messages from the outboxes to the consumers: a Nest transport strategy on the receiving side, a port on
 * the sending side. Two adapters: in memory and JetStream.
 */
export abstract class EventBus extends Server implements CustomTransportStrategy {
  readonly consumers: Consumer[] = [];
  protected readonly deadLetters = new Map<string, DeadLetterBox>();
  private markReady: () => void = () => undefined;
  private readonly readiness = new Promise<void>((resolve) => (this.markReady = resolve));

  // A failure is the bus's own business (retry, dead letter), so Nest must not swallow it.
  override readonly propagatesEventHandlerErrors = true;

  /** Resolves when the bus has the message safely; rejects when it cannot take it now. */
  abstract publish(message: BusMessage): Promise<void>;

  /** Changes when the transport has lost what it held, so that the outboxes send it again. */
  abstract epoch(): Promise<string>;

  abstract override listen(callback: (error?: unknown) => void): Promise<void>;

  abstract override close(): Promise<void>;

  /** Resolves once messages can be published. */
  ready(): Promise<void> {
    return this.readiness;
  }

  /** Names the place for the dead letters of one context's consumers. */
  attachDeadLetters(context: string, box: DeadLetterBox): void {
    this.deadLetters.set(context, box);
  }

  override on(): never {
    throw new Error('The event bus has no client events.');
  }

  override unwrap(): never {
    throw new Error('The event bus does not hand out its client.');
  }

  // Nest chains the handlers of one subject into one; here each consumer succeeds and fails by itself.
  override addHandler(pattern: string, handler: MessageHandler, isEvent = false, extras: unknown = {}): void {
    if (!isEvent || !isConsumerExtras(extras)) throw new Error(`Only @Consumes is supported: ${pattern}`);
    const context = extras.consumer.slice(0, extras.consumer.indexOf('.'));
    this.consumers.push({
      name: extras.consumer,
      context,
      subject: pattern,
      extras,
      handler,
      gate: new Gate(extras.atOnce),
    });
    this.messageHandlers.set(`${pattern} ${extras.consumer}`, handler);
  }

  /**
   * Runs one consumer on one message, when it is its turn.
   * @throws PayloadRefused when the payload does not have the event's shape, or whatever the consumer throws
   */
  async deliver(consumer: Consumer, message: BusMessage, attempt: number): Promise<void> {
    const { id, subject } = message;
    const checked = consumer.extras.definition.schema.safeParse(message.payload);
    if (!checked.success) throw new PayloadRefused(`${subject} ${id}: ${checked.error.message}`);
    const context = new EventContext([{ id, subject, consumer: consumer.name, attempt }]);
    const trace = continueTrace(message.traceparent);
    await consumer.gate.run(() =>
      withLogContext({ ...trace, consumer: consumer.name, messageId: id }, async () => {
        const result: unknown = await consumer.handler(checked.data, context);
        if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
      }),
    );
  }

  /** Lays a message down as a dead letter of the consumer's context. */
  protected async bury(consumer: Consumer, message: BusMessage, error: unknown): Promise<void> {
    const box = this.deadLetters.get(consumer.context);
    if (!box) throw new Error(`No dead letter box for ${consumer.context}`);
    await box.record(consumer, message, error);
  }

  protected nowReady(): void {
    this.markReady();
  }
}

function isConsumerExtras(extras: unknown): extras is ConsumerExtras {
  return typeof extras === 'object' && extras !== null && 'consumer' in extras && 'definition' in extras;
}
