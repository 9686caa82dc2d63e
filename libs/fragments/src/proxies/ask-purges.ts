import { changeRecorded, purgeProxyJob } from '@entrepot/contracts';
import { AppError, Clock, type FileId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { ERRORS } from '../errors.js';
import { ProxyCacheRepository } from './proxy-cache.repository.js';
import { proxyCacheNotFound, type ProxyCacheId } from './proxy-cache.js';
import { ProxyPurgeRepository } from './proxy-purge.repository.js';
import { PublishedFragments } from './published-fragments.js';

/** Asks for packages to be purged from proxy caches; the work itself is a job for each proxy cache. */
@Injectable()
export class AskPurges {
  constructor(
    private readonly outbox: Outbox,
    private readonly caches: ProxyCacheRepository,
    private readonly purges: ProxyPurgeRepository,
    private readonly fragments: PublishedFragments,
    private readonly clock: Clock,
  ) {}

  /** From every proxy cache that obeys PURGE, as soon as this server has stopped to serve the package. */
  async ofAll(tx: Transaction, fileId: string): Promise<void> {
    await this.ask(tx, await this.caches.listPurgeable(tx.manager), fileId, true);
  }

  /**
   * From one proxy cache now, whether or not the package is still served.
   * @throws AppError FRAGMENTS_PROXY_NOT_FOUND, FRAGMENTS_PROXY_NO_PURGE, FRAGMENTS_PROXY_PACKAGE_UNKNOWN
   */
  async ofOne(principal: Principal, id: ProxyCacheId, fileId: FileId): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      const cache = await this.caches.find(tx.manager, id);
      if (cache === null) throw proxyCacheNotFound(id);
      if (!cache.allowsPurge) {
        const message = `${cache.name} is registered as not allowing PURGE.`;
        throw new AppError(ERRORS.FRAGMENTS_PROXY_NO_PURGE, message);
      }
      if ((await this.fragments.lifeOf(tx.manager, fileId)) === null) {
        const message = `No package of the file id ${fileId} was ever published.`;
        throw new AppError(ERRORS.FRAGMENTS_PROXY_PACKAGE_UNKNOWN, message, { field: 'fileId' });
      }
      await this.ask(tx, [id], fileId, false);
      const detail = { name: cache.name, fileId };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'fragments', 'proxy-cache.purge', 'proxy-cache', id, detail),
        id,
      );
    });
  }

  private async ask(
    tx: Transaction,
    proxies: readonly ProxyCacheId[],
    fileId: string,
    afterFreeing: boolean,
  ): Promise<void> {
    await this.purges.ask(tx.manager, proxies, fileId, afterFreeing, this.clock.now());
    // Packages do not wait for each other: one proxy cache that is away must not hold up what others could do.
    for (const proxyCacheId of proxies)
      tx.publish(purgeProxyJob, { proxyCacheId, fileId }, `${proxyCacheId} ${fileId}`);
  }
}
