import { Clock } from '@entrepot/kernel';
import { PeriodicWork } from '@entrepot/platform-database';
import { Outbox } from '@entrepot/platform-messaging';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FreePackage } from './free-package.js';
import { PublishedBlobRepository } from './published-blob.repository.js';
import { PublishedPackageRepository } from './published-package.repository.js';

const EVERY_MS = 10 * 60 * 1000;
const AT_ONCE = 100;

/** Frees deleted packages that were kept for as long as an agent may take, told of a release or not. */
@Injectable()
export class FreeExpiredPackages implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: PeriodicWork;

  constructor(
    private readonly database: DataSource,
    private readonly outbox: Outbox,
    private readonly packages: PublishedPackageRepository,
    private readonly published: PublishedBlobRepository,
    private readonly freePackage: FreePackage,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    const options = { context: 'fragments', name: 'free expired packages', everyMs: EVERY_MS };
    this.work = new PeriodicWork(database, log, options, (stopping) => this.execute(stopping));
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** Resolves when nothing is left to free. */
  async execute(stopping: () => boolean = () => false): Promise<void> {
    for (let freed = AT_ONCE; freed === AT_ONCE && !stopping();) {
      const due = await this.packages.listExpired(this.database.manager, this.clock.now(), AT_ONCE);
      for (const fileId of due) await this.freeOne(fileId);
      freed = due.length;
    }
  }

  private async freeOne(fileId: string): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      await this.packages.lock(tx.manager, fileId);
      if ((await this.packages.find(tx.manager, fileId))?.freedAt === null)
        await this.freePackage.execute(tx, fileId);
    });
    this.published.forget();
    this.log.info({ fileId }, 'A deleted package was kept long enough');
  }
}
