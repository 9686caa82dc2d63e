import { AppError, Clock, type PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ERRORS } from '../errors.js';
import type { Words } from '../words.js';
import { PackageRepository } from '../packages/package.repository.js';
import { PackageBreakdown } from './package-breakdown.js';
import { StatisticsQueries, type LocationCount } from './statistics.queries.js';
import type { PackageStatisticsView } from './statistics.schemas.js';
import { countsOf, summarise } from './summarise.js';

const DAYS = 90;

/** The inventory is not told of archives. */
const STILL_COUNTED: Words = {
  en: 'The counts by operating system, TAG and group still include what was put away.',
  fr: 'Les décomptes par système, TAG et groupe comprennent encore ce qui a été archivé.',
};

/** Counts what became of a package (OCS-PROTOCOL.md §10.4). */
@Injectable()
export class PackageStatistics {
  constructor(
    private readonly database: DataSource,
    private readonly packages: PackageRepository,
    private readonly queries: StatisticsQueries,
    private readonly breakdown: PackageBreakdown,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError ACTIVATION_PACKAGE_NOT_FOUND for a package that is unknown or not built */
  async execute(packageId: PackageId): Promise<PackageStatisticsView> {
    const { manager } = this.database;
    const built = await this.packages.find(manager, packageId);
    if (built === null)
      throw new AppError(ERRORS.ACTIVATION_PACKAGE_NOT_FOUND, `There is no built package ${packageId}.`);
    const now = this.clock.now();
    const breakdown = this.breakdown.execute(packageId);
    const aside = await this.queries.aside(manager, packageId, now);
    const groups = await breakdown;
    return {
      ...{ packageId, fileId: built.fileId },
      ...summarise(await this.queries.byState(manager, packageId, now), built),
      ...aside,
      overTime: [...(await this.queries.overTime(manager, packageId, DAYS))],
      byFragmentLocation: perLocation(await this.queries.byFragmentLocation(manager, packageId, now)),
      ...groups,
      note: groups.note ?? (aside.archived > 0 ? STILL_COUNTED : null),
    };
  }
}

function perLocation(rows: readonly LocationCount[]): PackageStatisticsView['byFragmentLocation'] {
  const locations = [...new Set(rows.map(({ fragmentLocation }) => fragmentLocation))];
  return locations.map((fragmentLocation) => ({
    fragmentLocation,
    counts: countsOf(rows.filter((row) => row.fragmentLocation === fragmentLocation)),
  }));
}
