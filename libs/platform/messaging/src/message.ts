import { BaseRpcContext } from '@nestjs/microservices';

/** What travels on the bus: an outbox row on its way. */
export interface BusMessage {
  /** UUID of the outbox row: what an inbox remembers and what JetStream deduplicates by. */
  readonly id: string;
  readonly subject: string;
  /** Messages with the same key are handled in the order of their outbox rows. */
  readonly orderingKey: string;
  readonly payload: unknown;
  /** W3C trace context of the work that caused it, which the consumers go on with; empty when there was none. */
  readonly traceparent: string;
}

/** A message as one consumer sees it. */
export interface EventMessage {
  readonly id: string;
  readonly subject: string;
  /** `<context>.<verb-noun>`. */
  readonly consumer: string;
  /** 1 for the first delivery. */
  readonly attempt: number;
}

/** Second argument of a consumer's handler, injected by Nest's `@Ctx()`. */
export class EventContext extends BaseRpcContext<[EventMessage]> {
  get message(): EventMessage {
    return this.args[0];
  }
}
