import { PeriodicWork } from '@entrepot/platform-database';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ProbeProxy } from './probe-proxy.js';
import { ProxyCacheRepository } from './proxy-cache.repository.js';
import type { ProxyCacheId } from './proxy-cache.js';
import { PublishedFragments } from './published-fragments.js';

const EVERY_MS = 3_600_000;
const AT_ONCE = 10;

/** Probes every registered proxy cache each hour, so that people see when one stopped to do what it is there for. */
@Injectable()
export class ProbeAllProxies implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: PeriodicWork;

  constructor(
    private readonly database: DataSource,
    private readonly caches: ProxyCacheRepository,
    private readonly fragments: PublishedFragments,
    private readonly probe: ProbeProxy,
    log: Log,
  ) {
    const options = { context: 'fragments', name: 'probe proxy caches', everyMs: EVERY_MS };
    this.work = new PeriodicWork(database, log, options, (stopping) => this.execute(stopping));
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** Goes through all of them, newest first, ten at a time; nothing to do while nothing is published. */
  async execute(stopping: () => boolean = () => false): Promise<void> {
    const { manager } = this.database;
    const fragment = await this.fragments.smallest(manager, null);
    if (fragment === null) return;
    let before: ProxyCacheId | null = null;
    do {
      const caches = await this.caches.list(manager, before, AT_ONCE);
      await Promise.all(caches.map((cache) => this.probe.probe(cache, fragment)));
      before = caches.at(-1)?.id ?? null;
    } while (before !== null && !stopping());
  }
}
