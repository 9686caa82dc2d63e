import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { deadLettersController } from './dead-letters.controller.js';
import { DeadLetters } from './dead-letters.js';
import { EventBus } from './event-bus.js';
import { Inbox } from './inbox.js';
import { JetStreamBus, type JetStreamSettings } from './jetstream-bus.js';
import { MemoryBus } from './memory-bus.js';
import { OutboxRelay } from './outbox-relay.js';
import { Outbox } from './outbox.js';

/** Events between contexts: one bus for the program, an outbox and an inbox for each context. */
@Module({})
export class MessagingModule {
  /** All contexts in one process. */
  static memory(): DynamicModule {
    return MessagingModule.withBus(new MemoryBus());
  }

  /** Each program its own process, NATS between them. */
  static jetstream(settings: JetStreamSettings): DynamicModule {
    return MessagingModule.withBus(new JetStreamBus(settings));
  }

  /**
   * In a context: its Outbox and Inbox.
   * @param context the context's name, as in subjects and consumer names
   * @param database the context's own module from `DatabaseModule.forContext`
   */
  static forContext(context: string, database: DynamicModule): DynamicModule {
    return {
      module: MessagingModule,
      imports: [database],
      controllers: [deadLettersController(context)],
      providers: [
        Outbox,
        Inbox,
        {
          provide: DeadLetters,
          inject: [DataSource, Outbox, EventBus],
          useFactory: (source: DataSource, outbox: Outbox, bus: EventBus) => {
            const deadLetters = new DeadLetters(context, source, outbox, bus);
            bus.attachDeadLetters(context, deadLetters);
            return deadLetters;
          },
        },
        {
          provide: OutboxRelay,
          inject: [DataSource, Outbox, EventBus],
          useFactory: (source: DataSource, outbox: Outbox, bus: EventBus) =>
            new OutboxRelay(context, source, outbox, bus),
        },
      ],
      exports: [Outbox, Inbox],
    };
  }

  private static withBus(bus: EventBus): DynamicModule {
    return {
      module: MessagingModule,
      global: true,
      providers: [{ provide: EventBus, useValue: bus }],
      exports: [EventBus],
    };
  }
}
