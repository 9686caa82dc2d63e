import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { EventBus } from './event-bus.js';
import { InterruptibleWait } from './interruptible-wait.js';
import { KeyedQueue } from './keyed-queue.js';
import { OutboxRows, type OutboxRow } from './outbox-rows.js';
import { Outbox } from './outbox.js';
import { atMost, Shutdown } from './shutdown.js';

const POLL_MS = 250;
/** How long commits gather before the outbox is read: one look for each of them costs more than their consumers do. */
const GATHER_MS = 25;
const RETRY_MS = 1_000;
const EPOCH_CHECK_MS = 10_000;
const PRUNE_MS = 3_600_000;
/** What is not delivered by then is delivered after the next start. */
const DRAIN_MS = 10_000;
const UNDER_WAY_AT_MOST = 256;
const BATCH = 128;

/**
 * Carries one context's outbox rows to the bus, in order per key, until each is safely there. Among several replicas
 * of a program one relays; the others take over when its connection to Postgres ends.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(OutboxRelay.name);
  private readonly queue = new KeyedQueue();
  private readonly shutdown = new Shutdown();
  /** Ended early by a commit. */
  private readonly pause = new InterruptibleWait();
  private readonly underWay = new Set<string>();
  private readonly published: string[] = [];
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: string,
    private readonly database: DataSource,
    private readonly outbox: Outbox,
    private readonly bus: EventBus,
  ) {}

  onApplicationBootstrap(): void {
    this.outbox.onCommit(() => this.pause.interrupt());
    this.loop = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.shutdown.begin();
    this.pause.interrupt();
    await this.loop;
  }

  private async run(): Promise<void> {
    await this.shutdown.unlessBegun(this.bus.ready());
    while (!this.shutdown.begun) {
      try {
        await this.relay();
      } catch (error) {
        this.logger.warn(`The outbox of ${this.context} is out of reach: ${String(error)}`);
      }
      await this.shutdown.pause(RETRY_MS);
    }
  }

  private async relay(): Promise<void> {
    const runner = this.database.createQueryRunner();
    try {
      const rows = new OutboxRows(runner, this.context);
      if (!(await rows.lead())) return;
      try {
        await this.relayAsLeader(rows);
      } finally {
        await rows.resign();
      }
    } finally {
      await runner.release();
    }
  }

  private async relayAsLeader(rows: OutboxRows): Promise<void> {
    let epochCheckedAt = 0;
    let prunedAt = 0;
    while (!this.shutdown.begun) {
      if (Date.now() - epochCheckedAt > EPOCH_CHECK_MS) {
        await this.followEpoch(rows);
        epochCheckedAt = Date.now();
      }
      if (Date.now() - prunedAt > PRUNE_MS) {
        await rows.prune();
        prunedAt = Date.now();
      }
      const mayHaveMore = await this.step(rows);
      if (mayHaveMore) continue;
      await this.pause.wait(POLL_MS);
      await this.shutdown.pause(GATHER_MS);
    }
    await atMost(DRAIN_MS, this.queue.drained());
    await this.flush(rows);
  }

  private async followEpoch(rows: OutboxRows): Promise<void> {
    try {
      const lost = await rows.followEpoch(await this.bus.epoch());
      if (!lost) return;
      this.logger.warn(`The bus lost its memory: ${this.context} sends its kept events again`);
      // What the lost transport had taken counts no more.
      for (const position of this.published.splice(0)) this.underWay.delete(position);
    } catch (error) {
      this.logger.warn(`The bus does not answer: ${String(error)}`);
    }
  }

  /** Sends what there is to send; answers whether there may be more, about which no commit will tell any more. */
  private async step(rows: OutboxRows): Promise<boolean> {
    await this.flush(rows);
    const room = Math.min(BATCH, UNDER_WAY_AT_MOST - this.underWay.size);
    if (room <= 0) return false;
    const batch = await rows.next([...this.underWay], room);
    for (const row of batch) {
      this.underWay.add(row.position);
      void this.queue.run(row.orderingKey, () => this.send(row));
    }
    return batch.length === room;
  }

  private async send(row: OutboxRow): Promise<void> {
    while (!this.shutdown.begun) {
      try {
        await this.bus.publish(row);
        this.published.push(row.position);
        if (this.underWay.size >= UNDER_WAY_AT_MOST || this.queue.size === 1) this.pause.interrupt();
        return;
      } catch (error) {
        this.logger.warn(`${row.subject} ${row.id} waits for the bus: ${String(error)}`);
        await this.shutdown.pause(RETRY_MS);
      }
    }
    this.underWay.delete(row.position);
  }

  private async flush(rows: OutboxRows): Promise<void> {
    // Taken out first: more may be added while the database writes.
    const positions = this.published.splice(0);
    if (positions.length === 0) return;
    try {
      await rows.markPublished(positions);
    } catch (error) {
      this.published.unshift(...positions);
      throw error;
    }
    for (const position of positions) this.underWay.delete(position);
  }
}
