import { randomUUID } from 'node:crypto';
import { continueTrace, withLogContext } from '@entrepot/platform-telemetry';
import { startNats, useDatabase, waitFor, type RunningNats } from '@entrepot/testing';
import type { DynamicModule } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EventBus, MessagingModule } from './index.js';
import { thingCounted, Trial } from './trial.spec-support.js';

const ADA = { accountId: randomUUID(), name: 'ada' };
const used = useDatabase();
const open: Trial[] = [];
let key = '';

beforeEach(() => {
  key = randomUUID();
});

afterEach(async () => {
  for (const trial of open.splice(0)) await trial.app.close();
});

async function start(messaging: DynamicModule): Promise<Trial> {
  const trial = await Trial.start(used.url(), messaging);
  open.push(trial);
  return trial;
}

function behavesLikeABus(messaging: () => DynamicModule): void {
  it('delivers committed events once and in the order of their key', async () => {
    const trial = await start(messaging());
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    await trial.publish(key, numbers);
    expect(await trial.hasCounted(key, 50)).toEqual(numbers);
  });

  it('delivers each event once when many are published at the same time', async () => {
    const trial = await start(messaging());
    const keys = Array.from({ length: 40 }, () => randomUUID());
    await Promise.all(keys.map((each) => trial.publish(each, [1, 2, 3, 4, 5])));
    for (const each of keys) expect(await trial.hasCounted(each, 5)).toEqual([1, 2, 3, 4, 5]);
  });

  it('publishes nothing of a transaction that rolls back', async () => {
    const trial = await start(messaging());
    const failing = trial.outbox.transaction((tx) => {
      tx.publish(thingCounted, { key: 'rolled-back', n: 1, failures: 0 }, 'k');
      return Promise.reject(new Error('changed my mind'));
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await trial.publish(key, [1]);
    await trial.hasCounted(key, 1);
    expect(await trial.counted('rolled-back')).toEqual([]);
  });

  it('commits nothing when an event would not have its shape, and says which', async () => {
    const trial = await start(messaging());
    const wrong = trial.outbox.transaction((tx) => {
      tx.publish(thingCounted, { key, n: 0.5, failures: 0 }, key);
      return Promise.resolve();
    });
    await expect(wrong).rejects.toThrow(thingCounted.subject);
    expect(await trial.database.query('SELECT id FROM outbox WHERE ordering_key = $1', [key])).toEqual([]);
  });

  it('tries again when a consumer fails, while what follows under the same key waits', async () => {
    const trial = await start(messaging());
    await trial.publish(key, [1], 2);
    await trial.publish(key, [2, 3]);
    expect(await trial.hasCounted(key, 3)).toEqual([1, 2, 3]);
  });

  it('lets the consumer go on with the trace of the work that published', async () => {
    const trial = await start(messaging());
    const trace = continueTrace(undefined);
    await withLogContext({ ...trace }, () => trial.publish(key, [1]));
    await trial.hasCounted(key, 1);
    const rows = await trial.database.query('SELECT trace_id FROM counted WHERE key = $1', [key]);
    expect(rows).toEqual([{ trace_id: trace.traceId }]);
  });

  it('handles an event that is delivered twice once', async () => {
    const trial = await start(messaging());
    await trial.publish(key, [1]);
    await trial.hasCounted(key, 1);
    const [row] = (await trial.database.query(
      `SELECT message_id AS id, subject, ordering_key AS "orderingKey", payload, traceparent
       FROM outbox WHERE ordering_key = $1`,
      [key],
    )) as Parameters<EventBus['publish']>;
    const bus = trial.app.get(EventBus);
    // Past the transport, which may drop a repetition by itself.
    for (const consumer of bus.consumers) await bus.deliver(consumer, row, 2);
    await trial.publish(key, [2]);
    expect(await trial.hasCounted(key, 2)).toEqual([1, 2]);
  });

  it('lays a message of the wrong shape down as a dead letter, and replays it once it is right', async () => {
    const trial = await start(messaging());
    await trial.database.query(
      `INSERT INTO outbox (message_id, subject, ordering_key, payload) VALUES (uuidv7(), $1, $2, '{"key": 1}')`,
      [thingCounted.subject, key],
    );
    const id = await waitFor(
      async () => {
        const found: { id: string }[] = await trial.database.query(
          'SELECT id FROM dead_letter WHERE ordering_key = $1',
          [key],
        );
        return found[0]?.id;
      },
      { timeoutMs: 20_000, what: 'the dead letter' },
    );
    await expect(trial.deadLetters.replay(ADA, id)).rejects.toThrow(thingCounted.subject);
    await trial.database.query('UPDATE dead_letter SET payload = $2 WHERE id = $1', [
      id,
      JSON.stringify({ key, n: 3, failures: 0 }),
    ]);
    await trial.deadLetters.replay(ADA, id);
    expect(await trial.counted(key)).toEqual([3]);
    const { items } = await trial.deadLetters.list({ limit: 500 });
    expect(items.find((letter) => letter.id === id)?.replayedAt).toBeInstanceOf(Date);
    const audit = await trial.database.query(
      `SELECT payload ->> 'action' AS action, payload ->> 'accountName' AS who FROM outbox WHERE ordering_key = $1`,
      [id],
    );
    expect(audit).toEqual([{ action: 'dead-letter.replay', who: 'ada' }]);
  });
}

describe('the bus in memory', () => {
  behavesLikeABus(() => MessagingModule.memory());

  it('delivers after a restart what was committed but not delivered', async () => {
    const first = await start(MessagingModule.memory());
    // It goes on failing for longer than this life lasts.
    await first.publish(key, [1], 3);
    open.length = 0;
    await first.app.close();
    const second = await start(MessagingModule.memory());
    expect(await second.hasCounted(key, 1)).toEqual([1]);
  });
});

describe('the bus on JetStream', () => {
  let nats: RunningNats;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());

  behavesLikeABus(() => MessagingModule.jetstream({ url: nats.url }));
});
