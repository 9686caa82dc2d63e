import { AppError, type PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DeliveryQueries, type StateCount } from '../deliveries/delivery.queries.js';
import type { PackageStatisticsView } from '../deliveries/delivery.schemas.js';
import { ERRORS } from '../errors.js';
import { PackageRepository } from '../packages/package.repository.js';

/** Counts what became of a package (OCS-PROTOCOL.md §10.4). */
@Injectable()
export class PackageStatistics {
  constructor(
    private readonly database: DataSource,
    private readonly packages: PackageRepository,
    private readonly deliveries: DeliveryQueries,
  ) {}

  /** @throws AppError ACTIVATION_PACKAGE_NOT_FOUND for a package that is unknown or not built */
  async execute(packageId: PackageId): Promise<PackageStatisticsView> {
    const { manager } = this.database;
    const built = await this.packages.find(manager, packageId);
    if (built === null)
      throw new AppError(ERRORS.ACTIVATION_PACKAGE_NOT_FOUND, `There is no built package ${packageId}.`);
    const rows = await this.deliveries.countByState(manager, packageId);
    return { packageId, fileId: built.fileId, ...summarise(rows) };
  }
}

/** Adds up counts per state and code; attempts without a result to expect (withdrawn, superseded) are left out. */
export function summarise(rows: readonly StateCount[]): Omit<PackageStatisticsView, 'packageId' | 'fileId'> {
  const of = (state: StateCount['state']): number =>
    rows.filter((row) => row.state === state).reduce((sum, row) => sum + row.count, 0);
  const counts = {
    waiting: of('waiting'),
    notified: of('notified'),
    succeeded: of('succeeded'),
    failed: of('failed'),
  };
  const reportTimes = rows.flatMap((row) => (row.lastReportAt === null ? [] : [row.lastReportAt.getTime()]));
  return {
    counts,
    total: counts.waiting + counts.notified + counts.succeeded + counts.failed,
    failuresByCode: rows
      .filter((row) => row.state === 'failed')
      .map((row) => ({ code: row.code ?? '', count: row.count }))
      .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1)),
    lastReportAt: reportTimes.length === 0 ? null : new Date(Math.max(...reportTimes)).toISOString(),
  };
}
