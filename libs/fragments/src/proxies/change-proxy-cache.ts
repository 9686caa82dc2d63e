import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { ERRORS } from '../errors.js';
import { FRAGMENTS_OPTIONS, type FragmentsOptions } from '../fragments.options.js';
import { ProxyCacheRepository } from './proxy-cache.repository.js';
import {
  proxyCacheNotFound,
  viewOf,
  type ProxyCache,
  type ProxyCacheFields,
  type ProxyCacheId,
  type ProxyCacheView,
} from './proxy-cache.js';

/** Each is probed every hour, and purged of what is taken back. */
const MOST_PROXIES = 500;

/** Registers, changes and deletes proxy caches. */
@Injectable()
export class ChangeProxyCache {
  constructor(
    private readonly outbox: Outbox,
    private readonly caches: ProxyCacheRepository,
    private readonly clock: Clock,
    @Inject(FRAGMENTS_OPTIONS) private readonly options: FragmentsOptions,
  ) {}

  /** @throws AppError FRAGMENTS_PROXY_NAME_TAKEN, FRAGMENTS_PROXY_LIMIT */
  create(principal: Principal, fields: ProxyCacheFields): Promise<ProxyCacheView> {
    const now = { id: uuidv7() as ProxyCacheId, createdAt: this.clock.now(), probe: null };
    return this.change(async (tx) => {
      if ((await this.caches.count(tx.manager)) >= MOST_PROXIES)
        throw new AppError(
          ERRORS.FRAGMENTS_PROXY_LIMIT,
          `There can be ${MOST_PROXIES} proxy caches, and there are.`,
        );
      return this.write(tx, principal, 'create', { ...now, ...this.completed(fields) });
    });
  }

  /** @throws AppError FRAGMENTS_PROXY_NOT_FOUND, FRAGMENTS_PROXY_NAME_TAKEN */
  update(principal: Principal, id: ProxyCacheId, fields: ProxyCacheFields): Promise<ProxyCacheView> {
    return this.change(async (tx) => {
      const before = await this.existing(tx, id);
      return this.write(tx, principal, 'update', { ...before, ...this.completed(fields) });
    });
  }

  /** @throws AppError FRAGMENTS_PROXY_NOT_FOUND */
  delete(principal: Principal, id: ProxyCacheId): Promise<void> {
    return this.change(async (tx) => {
      const cache = await this.existing(tx, id);
      await this.caches.remove(tx.manager, id);
      record(tx, principal, 'delete', cache);
    });
  }

  /** An accelerator passes paths on as they are, so its path is that of our own location unless told. */
  private completed(fields: ProxyCacheFields): ProxyCacheFields & { readonly path: string } {
    const [, ...path] = this.options.fragmentLocation.split('/');
    return { ...fields, path: fields.path ?? (fields.kind === 'accelerator' ? path.join('/') : '') };
  }

  private async existing(tx: Transaction, id: ProxyCacheId): Promise<ProxyCache> {
    const cache = await this.caches.find(tx.manager, id);
    if (cache === null) throw proxyCacheNotFound(id);
    return cache;
  }

  private async write(
    tx: Transaction,
    principal: Principal,
    action: 'create' | 'update',
    cache: ProxyCache,
  ): Promise<ProxyCacheView> {
    if (!(await this.caches.store(tx.manager, cache)))
      throw new AppError(
        ERRORS.FRAGMENTS_PROXY_NAME_TAKEN,
        `Another proxy cache is called "${cache.name}".`,
        { field: 'name' },
      );
    record(tx, principal, action, cache);
    const stored = await this.caches.find(tx.manager, cache.id);
    return viewOf(stored ?? cache);
  }

  /** One change at a time: there are few, and each looks at all of them. */
  private change<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return this.outbox.transaction(async (tx) => {
      await this.caches.lockAll(tx.manager);
      return work(tx);
    });
  }
}

function record(tx: Transaction, principal: Principal, action: string, cache: ProxyCache): void {
  const { id, name, kind, host, port, path, allowsPurge } = cache;
  const detail = { name, kind, host, port, path, allowsPurge };
  tx.publish(
    changeRecorded,
    auditChange(principal, 'fragments', `proxy-cache.${action}`, 'proxy-cache', id, detail),
    id,
  );
}
