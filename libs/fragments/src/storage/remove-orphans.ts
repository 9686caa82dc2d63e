import { Clock } from '@entrepot/kernel';
import { PeriodicWork } from '@entrepot/platform-database';
import { ObjectStore, type ObjectKey } from '@entrepot/platform-object-store';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { ContentRepository } from './content.repository.js';
import { ObjectCleanupRepository } from './object-cleanup.repository.js';
import { PublishedPackageRepository } from './published-package.repository.js';

const EVERY_MS = 12 * 60 * 60 * 1000;
/** No build takes longer from its first object to its publishing. */
const BUILDING_MS = 2 * 24 * 60 * 60 * 1000;
/** Where packages are built, and where copies go that repair a content. */
const AREAS = ['package/', 'content/'];

/** Deletes objects that no table knows: left by builds that were given up, and by crashes. */
@Injectable()
export class RemoveOrphans implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: PeriodicWork;

  constructor(
    private readonly database: DataSource,
    private readonly store: ObjectStore,
    private readonly packages: PublishedPackageRepository,
    private readonly contents: ContentRepository,
    private readonly cleanup: ObjectCleanupRepository,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    const options = { context: 'fragments', name: 'remove orphans', everyMs: EVERY_MS };
    this.work = new PeriodicWork(database, log, options, (stopping) => this.execute(stopping));
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  /** Resolves when every object was looked at. */
  async execute(stopping: () => boolean = () => false): Promise<void> {
    const before = new Date(this.clock.now().getTime() - BUILDING_MS);
    for (const area of AREAS) {
      let last = '';
      for await (const { key } of this.store.list(area)) {
        if (stopping()) return;
        const owner = key.split('/')[1] ?? '';
        if (owner !== last) await this.sweep(area, owner, before);
        last = owner;
      }
    }
  }

  private async sweep(area: string, owner: string, before: Date): Promise<void> {
    const prefix = `${area}${owner}/`;
    const { manager } = this.database;
    if ((await this.orphans(manager, prefix, owner, before)).length === 0) return;
    // Once more, now that nobody can publish what is being looked at.
    const removed = await this.database.transaction(async (locked) => {
      await this.packages.lock(locked, owner);
      const keys = await this.orphans(locked, prefix, owner, before);
      for (const key of keys) await this.store.delete(key);
      return keys.length;
    });
    if (removed > 0) this.log.warn({ prefix, objects: removed }, 'Objects that nothing knows were deleted');
  }

  private async orphans(
    manager: EntityManager,
    prefix: string,
    owner: string,
    before: Date,
  ): Promise<ObjectKey[]> {
    const found: { readonly key: string; readonly isOld: boolean }[] = [];
    for await (const { key, modifiedAt } of this.store.list(prefix))
      found.push({ key, isOld: modifiedAt < before });
    const isUnderWay = (await this.packages.find(manager, owner)) === null;
    if (isUnderWay && !found.every(({ isOld }) => isOld)) return [];
    const used = await this.contents.keysInUse(manager, prefix);
    const waiting = await this.cleanup.keysWaiting(manager, prefix);
    return found
      .filter(({ key, isOld }) => isOld && !used.has(key) && !waiting.has(key))
      .map(({ key }) => key as ObjectKey);
  }
}
