import { Gate } from '@entrepot/kernel';
import { PeriodicWork } from '@entrepot/platform-database';
import { ObjectStore } from '@entrepot/platform-object-store';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ObjectCleanupRepository } from './object-cleanup.repository.js';

const EVERY_MS = 60 * 1000;
/** Readers may know an object for some seconds after it was replaced, and then take minutes to read it. */
const GRACE_MS = 10 * 60 * 1000;
const AT_ONCE = 200;
const SIDE_BY_SIDE = 4;

/** Deletes the objects that nothing refers to any more. A crash or a dead store only delays it. */
@Injectable()
export class CleanUpObjects implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: PeriodicWork;

  constructor(
    private readonly database: DataSource,
    private readonly cleanup: ObjectCleanupRepository,
    private readonly store: ObjectStore,
    log: Log,
  ) {
    const options = { context: 'fragments', name: 'clean up objects', everyMs: EVERY_MS };
    this.work = new PeriodicWork(database, log, options, (stopping) => this.execute(GRACE_MS, stopping));
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /**
   * Resolves when no object is left that has been waiting for so many milliseconds.
   * @throws the object store's error, when those that could be deleted are
   */
  async execute(graceMs: number, stopping: () => boolean = () => false): Promise<void> {
    for (let found = AT_ONCE; found === AT_ONCE && !stopping();) {
      const keys = await this.cleanup.due(this.database.manager, graceMs, AT_ONCE);
      const gate = new Gate(SIDE_BY_SIDE);
      const results = await Promise.allSettled(keys.map((key) => gate.run(() => this.store.delete(key))));
      const deleted = keys.filter((_key, index) => results[index]?.status === 'fulfilled');
      await this.cleanup.remove(this.database.manager, deleted);
      for (const result of results) if (result.status === 'rejected') throw result.reason;
      found = keys.length;
    }
  }
}
