import { filesServed, type EventOf } from '@entrepot/contracts';
import { Clock } from '@entrepot/kernel';
import { Outbox } from '@entrepot/platform-messaging';
import { Log, Metrics, type Counter } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { randomUUID } from 'node:crypto';

type Access = EventOf<typeof filesServed>['accesses'][number];

/** One request that was answered with bytes of a file. */
export interface ServedRequest extends Pick<Access, 'fileId' | 'fragment' | 'ticket' | 'address'> {
  /** Bytes of the file that went out. */
  readonly bytes: number;
  /** Whether that was the whole file. */
  readonly isComplete: boolean;
}

interface Gathered {
  readonly request: ServedRequest;
  requests: number;
  complete: number;
  bytes: number;
  /** Milliseconds since 1970. */
  at: number;
}

const INFO = { kind: 'info' };
const FRAGMENT = { kind: 'fragment' };
const FLUSH_EVERY_MS = 1_000;
/** After a failure: each try takes a connection of the pool. */
const RETRY_AFTER_MS = 5_000;
/** What one event may have. */
const BATCH = 500;
/** Records that wait while the database is away, about 10 MB; requests beyond are counted, and forgotten. */
const MOST_WAITING = 20_000;

/**
 * Tells others what was fetched (`filesServed`): gathered in memory by file, ticket and address, and published about
 * each second. A crash loses that second.
 */
@Injectable()
export class AccessRecords implements BeforeApplicationShutdown {
  private waiting = new Map<string, Gathered>();
  private timer: NodeJS.Timeout | null = null;
  private publishing: Promise<void> | null = null;
  private isFailing = false;
  /** Batches of one process keep their order; those of others do not matter to it. */
  private readonly orderingKey = randomUUID();
  private readonly served: Counter;
  private readonly dropped: Counter;

  constructor(
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly log: Log,
    metrics: Metrics,
  ) {
    const meter = metrics.meter('fragments');
    this.served = meter.createCounter('fragments_served_bytes', {
      description: 'Bytes of info files and fragments sent to agents',
    });
    this.dropped = meter.createCounter('fragments_access_records_dropped', {
      description: 'Downloads that nobody will hear of, because the database was away for too long',
    });
  }

  /** Notes a request that is over. */
  note(request: ServedRequest): void {
    this.served.add(request.bytes, request.fragment === 0 ? INFO : FRAGMENT);
    const key = `${request.fileId} ${request.fragment} ${request.ticket ?? ''} ${request.address}`;
    let gathered = this.waiting.get(key);
    if (gathered === undefined) {
      if (this.waiting.size >= MOST_WAITING) return this.dropped.add(1);
      gathered = { request, requests: 0, complete: 0, bytes: 0, at: 0 };
      this.waiting.set(key, gathered);
    }
    gathered.requests += 1;
    gathered.complete += request.isComplete ? 1 : 0;
    gathered.bytes += request.bytes;
    gathered.at = this.clock.now().getTime();
    if (this.waiting.size >= BATCH && !this.isFailing) void this.flush();
    else this.flushSoon();
  }

  /** Publishes what waits, now; resolves when it is in the outbox, or waits again. */
  flush(): Promise<void> {
    // One at a time: the next one gathers meanwhile.
    if (this.publishing !== null) return this.publishing;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.waiting.size === 0) return Promise.resolve();
    const batch = this.waiting;
    this.waiting = new Map();
    this.publishing = this.publish(batch).finally(() => {
      this.publishing = null;
      if (this.waiting.size > 0) this.flushSoon();
    });
    return this.publishing;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
    await this.flush();
    // Nobody is left to publish what could not be published by now.
    if (this.timer !== null) clearTimeout(this.timer);
    this.dropped.add(this.waiting.size);
  }

  private flushSoon(): void {
    const delay = this.isFailing ? RETRY_AFTER_MS : FLUSH_EVERY_MS;
    this.timer ??= setTimeout(() => void this.flush(), delay).unref();
  }

  private async publish(batch: Map<string, Gathered>): Promise<void> {
    const accesses = [...batch.values()].map(toAccess);
    const at = this.clock.now().toISOString();
    try {
      await this.outbox.transaction((tx) => {
        for (let from = 0; from < accesses.length; from += BATCH)
          tx.publish(filesServed, { accesses: accesses.slice(from, from + BATCH), at }, this.orderingKey);
        return Promise.resolve();
      });
      this.isFailing = false;
    } catch (error) {
      this.isFailing = true;
      this.log.warn({ err: error, records: batch.size }, 'Downloads could not be told of; tried again later');
      this.takeBack(batch);
    }
  }

  private takeBack(batch: Map<string, Gathered>): void {
    const newer = this.waiting;
    this.waiting = batch;
    for (const [key, gathered] of newer) {
      const older = batch.get(key);
      if (older === undefined && batch.size >= MOST_WAITING) this.dropped.add(gathered.requests);
      else batch.set(key, older === undefined ? gathered : sum(older, gathered));
    }
  }
}

function sum(older: Gathered, newer: Gathered): Gathered {
  return {
    request: newer.request,
    requests: older.requests + newer.requests,
    complete: older.complete + newer.complete,
    bytes: older.bytes + newer.bytes,
    at: newer.at,
  };
}

function toAccess({ request, requests, complete, bytes, at }: Gathered): Access {
  const { fileId, fragment, ticket, address } = request;
  return { fileId, fragment, ticket, address, requests, complete, bytes, at: new Date(at).toISOString() };
}
