import { defineEvent } from '@entrepot/contracts';
import { DatabaseModule } from '@entrepot/platform-database';
import { currentLogContext } from '@entrepot/platform-telemetry';
import { waitFor } from '@entrepot/testing';
import { Controller, Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, Payload, type MicroserviceOptions } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { z } from 'zod';
import { DeadLetters } from './dead-letters.js';
import {
  Consumes,
  createMessagingTables,
  EventBus,
  EventContext,
  Inbox,
  MessagingModule,
  Outbox,
} from './index.js';

/** The event of the specs; its consumer fails as often as the event says. */
export const thingCounted = defineEvent(
  'ocs.evt.trial.thing.counted.v1',
  z.object({ key: z.string(), n: z.int(), failures: z.int() }),
);

class Initial1 implements MigrationInterface {
  name = 'Initial1700000000000';

  async up(runner: QueryRunner): Promise<void> {
    await createMessagingTables(runner, 'trial');
    await runner.query(`CREATE TABLE trial.counted (at bigserial, key text, n int, trace_id text)`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('forward only'));
  }
}

@Controller()
class CountConsumer {
  constructor(private readonly inbox: Inbox) {}

  @Consumes(thingCounted, 'trial.count-thing')
  async count(
    @Payload() event: { key: string; n: number; failures: number },
    @Ctx() context: EventContext,
  ): Promise<void> {
    if (context.message.attempt <= event.failures) throw new Error('not yet');
    await this.inbox.once(context.message, async (tx) => {
      await tx.manager.query('INSERT INTO counted (key, n, trace_id) VALUES ($1, $2, $3)', [
        event.key,
        event.n,
        currentLogContext().traceId,
      ]);
    });
  }
}

const database = DatabaseModule.forContext({ schema: 'trial', entities: [], migrations: [Initial1] });

@Module({ imports: [database, MessagingModule.forContext('trial', database)], controllers: [CountConsumer] })
export class TrialModule {}

@Module({})
class TrialApp {
  static with(url: string, messaging: DynamicModule): DynamicModule {
    return { module: TrialApp, imports: [DatabaseModule.forRoot({ url }), messaging, TrialModule] };
  }
}

/** For this lib's specs: a program with one context, one event and its consumer. */
export class Trial {
  private constructor(readonly app: INestApplicationContext) {}

  static async start(url: string, messaging: DynamicModule): Promise<Trial> {
    const app = await NestFactory.create(TrialApp.with(url, messaging), new FastifyAdapter(), {
      logger: false,
    });
    app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(EventBus) });
    await app.startAllMicroservices();
    await app.init();
    return new Trial(app);
  }

  get outbox(): Outbox {
    return this.app.select(TrialModule).get(Outbox, { strict: false });
  }

  get database(): DataSource {
    return this.app.select(TrialModule).get(DataSource, { strict: false });
  }

  get deadLetters(): DeadLetters {
    return this.app.select(TrialModule).get(DeadLetters, { strict: false });
  }

  /** One transaction and one event for each number. */
  async publish(key: string, numbers: readonly number[], failures = 0): Promise<void> {
    for (const n of numbers) {
      await this.outbox.transaction((tx) => {
        tx.publish(thingCounted, { key, n, failures }, key);
        return Promise.resolve();
      });
    }
  }

  /** What the consumer has counted under a key, in order. */
  async counted(key: string): Promise<number[]> {
    const rows: { n: number }[] = await this.database.query(
      'SELECT n FROM counted WHERE key = $1 ORDER BY at',
      [key],
    );
    return rows.map((row) => row.n);
  }

  /** Waits until so many events are counted. */
  async hasCounted(key: string, count: number, timeoutMs = 30_000): Promise<number[]> {
    return waitFor(
      async () => {
        const numbers = await this.counted(key);
        return numbers.length >= count && numbers;
      },
      { timeoutMs, what: `${String(count)} events under ${key}` },
    );
  }
}
