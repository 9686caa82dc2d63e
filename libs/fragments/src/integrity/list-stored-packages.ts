import { AppError, type FileId } from '@entrepot/kernel';
import { decodeCursor, encodeCursor, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ERRORS } from '../errors.js';
import { StoredPackageQueries } from './stored-package.queries.js';
import type { StorageSummary, StoredPackageDetail, StoredPackageView } from './stored-package.schemas.js';

const cursorSchema = z.tuple([z.string().regex(/^\d{10}$/)]);

/** Shows what is stored of packages, and in what state. */
@Injectable()
export class ListStoredPackages {
  constructor(private readonly queries: StoredPackageQueries) {}

  /** @throws AppError HTTP_CURSOR_INVALID */
  async execute({ cursor, limit }: PageQuery): Promise<Page<StoredPackageView>> {
    const before = cursor === undefined ? null : decodeCursor(cursor, cursorSchema)[0];
    const rows = await this.queries.list(before, limit + 1);
    const items = rows.slice(0, limit).map(toView);
    const last = items.at(-1);
    const next = last !== undefined && rows.length > limit ? encodeCursor([last.fileId]) : null;
    return { items, total: await this.queries.count(), next };
  }

  /** @throws AppError FRAGMENTS_PACKAGE_NOT_STORED */
  async one(fileId: FileId): Promise<StoredPackageDetail> {
    const row = await this.queries.find(fileId);
    if (row === null)
      throw new AppError(ERRORS.FRAGMENTS_PACKAGE_NOT_STORED, `Nothing of package ${fileId} is stored.`);
    const damage = await this.queries.damage(fileId);
    return {
      ...toView(row),
      damage: damage.map(({ since, ...rest }) => ({ ...rest, since: since.toISOString() })),
    };
  }

  async summary(): Promise<StorageSummary> {
    const { oldestVerification, ...rest } = await this.queries.summary();
    return { ...rest, oldestVerification: oldestVerification?.toISOString() ?? null };
  }
}

function toView({
  publishedAt,
  verifiedAt,
  withdrawnAt,
  keepUntil,
  ...rest
}: Awaited<ReturnType<StoredPackageQueries['list']>>[number]): StoredPackageView {
  return {
    ...rest,
    publishedAt: publishedAt.toISOString(),
    verifiedAt: verifiedAt?.toISOString() ?? null,
    withdrawnAt: withdrawnAt?.toISOString() ?? null,
    keepUntil: keepUntil?.toISOString() ?? null,
  };
}
