import { AppError, type PackageId } from '@entrepot/kernel';
import { beforeId, idPage, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ERRORS } from '../errors.js';
import { ArchiveRepository, type DeliveryArchive } from './archive.repository.js';
import type { ArchiveView } from './archive.schemas.js';

/** Shows which deliveries of a package were put away, and whether they are back. */
@Injectable()
export class ListArchives {
  constructor(
    private readonly database: DataSource,
    private readonly archives: ArchiveRepository,
  ) {}

  async execute(packageId: PackageId, query: PageQuery): Promise<Page<ArchiveView>> {
    const { manager } = this.database;
    const rows = await this.archives.list(manager, packageId, beforeId(query), query.limit + 1);
    return idPage(rows.map(archiveView), query.limit, await this.archives.count(manager, packageId));
  }

  /** @throws AppError ACTIVATION_ARCHIVE_NOT_FOUND */
  async one(archiveId: string): Promise<ArchiveView> {
    const found = await this.archives.find(this.database.manager, archiveId);
    if (found === null) throw archiveNotFound(archiveId);
    return archiveView(found);
  }
}

/** An archive as people see it. */
export function archiveView({ archiveId, createdAt, restoredAt, ...rest }: DeliveryArchive): ArchiveView {
  return {
    ...{ id: archiveId, ...rest },
    ...{ createdAt: createdAt.toISOString(), restoredAt: restoredAt?.toISOString() ?? null },
  };
}

export function archiveNotFound(archiveId: string): AppError {
  return new AppError(ERRORS.ACTIVATION_ARCHIVE_NOT_FOUND, `There is no archive ${archiveId} of deliveries.`);
}
