import { PeriodicWork } from '@entrepot/platform-database';
import { Outbox } from '@entrepot/platform-messaging';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PackageRepository } from './package.repository.js';
import { ReleasePackage } from './release-package.js';

const EVERY_MS = 3_600_000;

/** Releases deleted packages that no device has reported, once no agent can still be fetching them. */
@Injectable()
export class ReleasePackages implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: PeriodicWork;

  constructor(
    private readonly database: DataSource,
    private readonly outbox: Outbox,
    private readonly packages: PackageRepository,
    private readonly releasePackage: ReleasePackage,
    log: Log,
  ) {
    const options = { context: 'activation', name: 'release deleted packages', everyMs: EVERY_MS };
    this.work = new PeriodicWork(database, log, options, (stopping) => this.execute(stopping));
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  async execute(stopping: () => boolean = () => false): Promise<void> {
    for (const packageId of await this.packages.allAwaitingRelease(this.database.manager)) {
      if (stopping()) return;
      await this.outbox.transaction((tx) => this.releasePackage.execute(tx, packageId));
    }
  }
}
