import { purgeProxyJob } from '@entrepot/contracts';
import { Clock } from '@entrepot/kernel';
import { PeriodicWork } from '@entrepot/platform-database';
import { Outbox } from '@entrepot/platform-messaging';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ProxyPurgeRepository } from './proxy-purge.repository.js';

const EVERY_MS = 300_000;
/** A site that is away for longer is not waited for; its purges can be asked for by hand. */
const GIVEN_UP_AFTER_MS = 7 * 86_400_000;
/** Few enough not to be in the way of other messages. */
const AT_ONCE = 50;

/** Asks again, every five minutes for a week, for the purges that proxy caches did not answer. */
@Injectable()
export class AskPurgesAgain implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: PeriodicWork;

  constructor(
    database: DataSource,
    private readonly outbox: Outbox,
    private readonly purges: ProxyPurgeRepository,
    private readonly clock: Clock,
    log: Log,
  ) {
    const options = { context: 'fragments', name: 'ask again for purges', everyMs: EVERY_MS };
    this.work = new PeriodicWork(database, log, options, () => this.execute());
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** Asks for those that were tried longest ago. */
  async execute(): Promise<void> {
    const since = new Date(this.clock.now().getTime() - GIVEN_UP_AFTER_MS);
    await this.outbox.transaction(async (tx) => {
      for (const { proxyCacheId, fileId } of await this.purges.listUnfinished(tx.manager, since, AT_ONCE))
        tx.publish(purgeProxyJob, { proxyCacheId, fileId }, `${proxyCacheId} ${fileId}`);
    });
  }
}
