import { defineEvent } from '@entrepot/contracts';
import { DatabaseModule } from '@entrepot/platform-database';
import { continueTrace, currentLogContext, withLogContext } from '@entrepot/platform-telemetry';
import { startNats, useDatabase, waitFor, type RunningNats } from '@entrepot/testing';
import { Controller, Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Ctx, Payload, type MicroserviceOptions } from '@nestjs/microservices';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
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

const thingCounted = defineEvent(
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
class TrialModule {}

@Module({})
class TrialApp {
  static with(url: string, messaging: DynamicModule): DynamicModule {
    return { module: TrialApp, imports: [DatabaseModule.forRoot({ url }), messaging, TrialModule] };
  }
}

interface Trial {
  readonly app: INestApplicationContext;
  readonly outbox: Outbox;
  readonly database: DataSource;
}

const used = useDatabase();
const open: INestApplicationContext[] = [];

async function start(messaging: DynamicModule): Promise<Trial> {
  const app = await NestFactory.create(TrialApp.with(used.url(), messaging), new FastifyAdapter(), {
    logger: false,
  });
  app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(EventBus) });
  await app.startAllMicroservices();
  await app.init();
  open.push(app);
  const module = app.select(TrialModule);
  return {
    app,
    outbox: module.get(Outbox, { strict: false }),
    database: module.get(DataSource, { strict: false }),
  };
}

async function publish(trial: Trial, key: string, numbers: readonly number[], failures = 0): Promise<void> {
  for (const n of numbers) {
    await trial.outbox.transaction((tx) => {
      tx.publish(thingCounted, { key, n, failures }, key);
      return Promise.resolve();
    });
  }
}

async function counted(trial: Trial, key: string): Promise<number[]> {
  const rows: { n: number }[] = await trial.database.query(
    'SELECT n FROM counted WHERE key = $1 ORDER BY at',
    [key],
  );
  return rows.map((row) => row.n);
}

afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

function behavesLikeABus(messaging: () => DynamicModule): void {
  it('delivers committed events once and in the order of their key', async () => {
    const trial = await start(messaging());
    const key = `order-${String(Math.random())}`;
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    await publish(trial, key, numbers);
    await waitFor(async () => (await counted(trial, key)).length >= 50, {
      timeoutMs: 20_000,
      what: '50 events',
    });
    expect(await counted(trial, key)).toEqual(numbers);
  });

  it('publishes nothing of a transaction that rolls back', async () => {
    const trial = await start(messaging());
    const failing = trial.outbox.transaction((tx) => {
      tx.publish(thingCounted, { key: 'rolled-back', n: 1, failures: 0 }, 'k');
      return Promise.reject(new Error('changed my mind'));
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await publish(trial, 'after-roll-back', [1]);
    await waitFor(async () => (await counted(trial, 'after-roll-back')).length === 1, {
      timeoutMs: 20_000,
      what: 'the event after the roll-back',
    });
    expect(await counted(trial, 'rolled-back')).toEqual([]);
  });

  it('tries again when a consumer fails', async () => {
    const trial = await start(messaging());
    const key = `retry-${String(Math.random())}`;
    await publish(trial, key, [7], 2);
    await waitFor(async () => (await counted(trial, key)).length === 1, {
      timeoutMs: 30_000,
      what: 'the retry',
    });
  });

  it('keeps what follows under the same key waiting while it tries again', async () => {
    const trial = await start(messaging());
    const key = `in-line-${String(Math.random())}`;
    await publish(trial, key, [1], 2);
    await publish(trial, key, [2, 3]);
    await waitFor(async () => (await counted(trial, key)).length === 3, {
      timeoutMs: 30_000,
      what: 'three events',
    });
    expect(await counted(trial, key)).toEqual([1, 2, 3]);
  });

  it('lets the consumer go on with the trace of the work that published', async () => {
    const trial = await start(messaging());
    const key = `trace-${String(Math.random())}`;
    const trace = continueTrace(undefined);
    await withLogContext({ ...trace }, () => publish(trial, key, [1]));
    await waitFor(async () => (await counted(trial, key)).length === 1, {
      timeoutMs: 20_000,
      what: 'the event',
    });
    const rows = await trial.database.query('SELECT trace_id FROM counted WHERE key = $1', [key]);
    expect(rows).toEqual([{ trace_id: trace.traceId }]);
  });

  it('handles an event that is delivered twice once', async () => {
    const trial = await start(messaging());
    const key = `twice-${String(Math.random())}`;
    await publish(trial, key, [1]);
    await waitFor(async () => (await counted(trial, key)).length === 1, {
      timeoutMs: 20_000,
      what: 'first delivery',
    });
    await trial.database.query('UPDATE outbox SET published_at = NULL WHERE ordering_key = $1', [key]);
    await publish(trial, key, [2]);
    await waitFor(async () => (await counted(trial, key)).includes(2), {
      timeoutMs: 20_000,
      what: 'the second event',
    });
    expect(await counted(trial, key)).toEqual([1, 2]);
  });

  it('lays a message of the wrong shape down as a dead letter, and replays it once it is right', async () => {
    const trial = await start(messaging());
    const key = `poison-${String(Math.random())}`;
    await trial.database.query(
      `INSERT INTO outbox (message_id, subject, ordering_key, payload) VALUES (uuidv7(), $1, $2, '{"key": 1}')`,
      [thingCounted.subject, key],
    );
    const letters = trial.app.select(TrialModule).get(DeadLetters, { strict: false });
    const mine = async (): Promise<string[]> =>
      (
        await trial.database.query<{ id: string }[]>('SELECT id FROM dead_letter WHERE ordering_key = $1', [
          key,
        ])
      ).map((row) => row.id);
    await waitFor(async () => (await mine()).length === 1, { timeoutMs: 20_000, what: 'the dead letter' });
    const [id = ''] = await mine();
    await expect(letters.replay(id)).rejects.toThrow();
    await trial.database.query('UPDATE dead_letter SET payload = $2 WHERE id = $1', [
      id,
      JSON.stringify({ key, n: 3, failures: 0 }),
    ]);
    await letters.replay(id);
    expect(await counted(trial, key)).toEqual([3]);
    expect((await letters.list()).find((letter) => letter.id === id)?.replayedAt).not.toBeNull();
  });
}

describe('the bus in memory', () => {
  behavesLikeABus(() => MessagingModule.memory());

  it('delivers after a restart what was committed but not delivered', async () => {
    const first = await start(MessagingModule.memory());
    await first.app.close();
    open.length = 0;
    const second = await start(MessagingModule.memory());
    await second.database.query(
      `INSERT INTO outbox (message_id, subject, ordering_key, payload) VALUES (uuidv7(), $1, 'left', $2)`,
      [thingCounted.subject, JSON.stringify({ key: 'left-over', n: 1, failures: 0 })],
    );
    await second.app.close();
    open.length = 0;
    const third = await start(MessagingModule.memory());
    await waitFor(async () => (await counted(third, 'left-over')).length === 1, {
      timeoutMs: 20_000,
      what: 'the event of the first life',
    });
  });
});

describe('the bus on JetStream', () => {
  let nats: RunningNats;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());
  const settings = (): DynamicModule => MessagingModule.jetstream({ url: nats.url });

  behavesLikeABus(settings);

  it('loses nothing and repeats nothing while NATS is away', async () => {
    const trial = await start(settings());
    const key = `outage-${String(Math.random())}`;
    await publish(trial, key, [1, 2]);
    await waitFor(async () => (await counted(trial, key)).length === 2, {
      timeoutMs: 20_000,
      what: 'before',
    });
    await nats.kill();
    await publish(trial, key, [3, 4]);
    await nats.start();
    await publish(trial, key, [5]);
    await waitFor(async () => (await counted(trial, key)).length === 5, { timeoutMs: 60_000, what: 'after' });
    expect(await counted(trial, key)).toEqual([1, 2, 3, 4, 5]);
  });
});
