import { AppError } from '@entrepot/kernel';
import { beforeId, idPage, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ERRORS } from '../errors.js';
import { DownloadLimitRepository, type DownloadLimit } from './download-limit.repository.js';
import type { DownloadLimitView } from './download-limit.schemas.js';

/** Shows the limits of networks. */
@Injectable()
export class ShowDownloadLimits {
  constructor(
    private readonly database: DataSource,
    private readonly limits: DownloadLimitRepository,
  ) {}

  /** Newest first. */
  async page(query: PageQuery): Promise<Page<DownloadLimitView>> {
    const rows = await this.limits.page(beforeId(query), query.limit + 1);
    return idPage(rows.map(toView), query.limit, await this.limits.count());
  }

  /** @throws AppError FRAGMENTS_LIMIT_NOT_FOUND */
  async one(id: string): Promise<DownloadLimitView> {
    const limit = await this.limits.one(this.database.manager, id);
    if (limit === null) throw limitNotFound(id);
    return toView(limit);
  }
}

/** A limit as the API shows it. */
export function toView(limit: DownloadLimit): DownloadLimitView {
  return { ...limit, createdAt: limit.createdAt.toISOString() };
}

export function limitNotFound(id: string): AppError {
  return new AppError(ERRORS.FRAGMENTS_LIMIT_NOT_FOUND, `There is no download limit ${id}.`);
}
