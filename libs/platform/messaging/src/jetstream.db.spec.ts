import { randomUUID } from 'node:crypto';
import { startNats, useDatabase, waitFor, type RunningNats } from '@entrepot/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MessagingModule } from './index.js';
import { thingCounted, Trial } from './trial.spec-support.js';

const used = useDatabase();
const open: Trial[] = [];
let nats: RunningNats;
let key = '';

beforeAll(async () => {
  nats = await startNats();
});
beforeEach(() => {
  key = randomUUID();
});
afterEach(async () => {
  for (const trial of open.splice(0)) await trial.app.close();
});
afterAll(() => nats.stop());

async function start(): Promise<Trial> {
  const trial = await Trial.start(used.url(), MessagingModule.jetstream({ url: nats.url }));
  open.push(trial);
  return trial;
}

async function asStranger(work: (stranger: NatsConnection) => Promise<void>): Promise<void> {
  const stranger = await connect({ servers: nats.url });
  try {
    await work(stranger);
  } finally {
    await stranger.close();
  }
}

describe('JetStream', () => {
  it('loses nothing and repeats nothing while NATS is away', async () => {
    const trial = await start();
    await trial.publish(key, [1, 2]);
    await trial.hasCounted(key, 2);
    await nats.kill();
    await trial.publish(key, [3, 4]);
    await nats.start();
    await trial.publish(key, [5]);
    expect(await trial.hasCounted(key, 5, 60_000)).toEqual([1, 2, 3, 4, 5]);
  });

  it('gets everything again when it has lost its memory, and nothing is handled twice', async () => {
    const trial = await start();
    await trial.publish(key, [1, 2]);
    await trial.hasCounted(key, 2);
    await asStranger(async (stranger) => {
      const manager = await jetstreamManager(stranger);
      await manager.streams.delete('OCS_EVENTS');
    });
    await trial.publish(key, [3]);
    expect(await trial.hasCounted(key, 3, 60_000)).toEqual([1, 2, 3]);
    const unsent = async (): Promise<unknown[]> =>
      trial.database.query('SELECT id FROM outbox WHERE published_at IS NULL');
    await waitFor(async () => (await unsent()).length === 0, { what: 'the outbox to be empty' });
    expect(await trial.counted(key)).toEqual([1, 2, 3]);
  });

  it('lays down whatever a stranger publishes, and goes on', async () => {
    const trial = await start();
    await trial.publish(key, [1]);
    await trial.hasCounted(key, 1);
    const broken = headers();
    broken.set('Nats-Msg-Id', 'not a uuid');
    broken.set('Ocs-Ordering-Key', '%zz');
    const payloads = ['{}', 'no json', '{"key":"\\u0000\\ud800","\\u0000":1}', '[1]'];
    await asStranger(async (stranger) => {
      for (const payload of payloads) {
        stranger.publish(thingCounted.subject, payload);
        broken.set('Nats-Msg-Id', `not a uuid: ${payload}`);
        stranger.publish(thingCounted.subject, payload, { headers: broken });
      }
      await stranger.flush();
    });
    await waitFor(async () => (await trial.deadLetters.list({ limit: 50 })).total === payloads.length * 2, {
      timeoutMs: 20_000,
      what: 'the dead letters',
    });
    await trial.publish(key, [2]);
    expect(await trial.hasCounted(key, 2)).toEqual([1, 2]);
  });

  it('stops in the middle of a retry, and the next life handles what is left', async () => {
    const first = await start();
    await first.publish(key, [1], 3);
    await first.publish(key, [2]);
    await waitFor(
      async () =>
        (await first.database.query('SELECT 1 FROM outbox WHERE published_at IS NULL')).length === 0,
      { what: 'the events to be on the stream' },
    );
    open.length = 0;
    await first.app.close();
    const counted = await (await start()).hasCounted(key, 2, 60_000);
    expect(counted.sort()).toEqual([1, 2]);
  });

  it('stops while NATS is away', async () => {
    const trial = await start();
    await trial.publish(key, [1]);
    await trial.hasCounted(key, 1);
    await nats.kill();
    await trial.publish(key, [2]);
    open.length = 0;
    await trial.app.close();
    const waiting = await start();
    open.length = 0;
    await waiting.app.close();
    await nats.start();
    expect(await (await start()).hasCounted(key, 2, 60_000)).toEqual([1, 2]);
  });
});
