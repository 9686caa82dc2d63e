import { Clock } from '@entrepot/kernel';
import { PeriodicWork } from '@entrepot/platform-database';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ProgressRepository } from './progress.repository.js';

const EVERY_MS = 6 * 3_600_000;
const KEPT_MS = 90 * 24 * 3_600_000;

/** Forgets which fragments an address fetched, 90 days after the last one. */
@Injectable()
export class ForgetProgress implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: PeriodicWork;

  constructor(
    private readonly database: DataSource,
    private readonly progress: ProgressRepository,
    private readonly clock: Clock,
    log: Log,
  ) {
    const options = { context: 'activation', name: 'forget old downloads', everyMs: EVERY_MS };
    this.work = new PeriodicWork(database, log, options, (stopping) => this.execute(stopping));
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  async execute(stopping: () => boolean = () => false): Promise<void> {
    const before = new Date(this.clock.now().getTime() - KEPT_MS);
    while (!stopping() && (await this.progress.prune(this.database.manager, before)));
  }
}
