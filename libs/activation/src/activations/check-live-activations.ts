import { Clock } from '@entrepot/kernel';
import { PeriodicWork } from '@entrepot/platform-database';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ActivationCheckRepository } from './activation-check.repository.js';
import { CheckActivation } from './check-activation.js';

const EVERY_MS = 3_600_000;
const CHECKED_EVERY_MS = 24 * 3_600_000;
const AT_ONCE = 4;

/** Checks every activation that is in force once a day, some at a time. */
@Injectable()
export class CheckLiveActivations implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: PeriodicWork;

  constructor(
    private readonly database: DataSource,
    private readonly activationChecks: ActivationCheckRepository,
    private readonly checkActivation: CheckActivation,
    private readonly clock: Clock,
    log: Log,
  ) {
    const options = { context: 'activation', name: 'check live activations', everyMs: EVERY_MS };
    this.work = new PeriodicWork(database, log, options, (stopping) => this.execute(stopping));
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** Checks what was not checked for a day. One that cannot be checked ends the round; it goes on next time. */
  async execute(stopping: () => boolean = () => false): Promise<void> {
    const before = new Date(this.clock.now().getTime() - CHECKED_EVERY_MS);
    while (!stopping()) {
      const due = await this.activationChecks.due(this.database.manager, before, AT_ONCE);
      if (due.length === 0) return;
      await Promise.all(due.map(({ activationId }) => this.checkActivation.execute(activationId)));
    }
  }
}
