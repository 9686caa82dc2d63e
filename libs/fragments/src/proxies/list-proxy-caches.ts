import { beforeId, idPage, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ProxyCacheRepository } from './proxy-cache.repository.js';
import { proxyCacheNotFound, viewOf, type ProxyCacheId, type ProxyCacheView } from './proxy-cache.js';

/** Shows the registered proxy caches. */
@Injectable()
export class ListProxyCaches {
  constructor(
    private readonly database: DataSource,
    private readonly caches: ProxyCacheRepository,
  ) {}

  async execute(query: PageQuery): Promise<Page<ProxyCacheView>> {
    const { manager } = this.database;
    const rows = await this.caches.list(manager, beforeId<ProxyCacheId>(query), query.limit + 1);
    return idPage(rows.map(viewOf), query.limit, await this.caches.count(manager));
  }

  /** @throws AppError FRAGMENTS_PROXY_NOT_FOUND */
  async one(id: ProxyCacheId): Promise<ProxyCacheView> {
    const cache = await this.caches.find(this.database.manager, id);
    if (cache === null) throw proxyCacheNotFound(id);
    return viewOf(cache);
  }
}
