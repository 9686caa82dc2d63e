import { csvLine } from '@entrepot/platform-http';
import { Readable } from 'node:stream';
import { AppError, type DeliveryId, type PackageId } from '@entrepot/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ACTIVATION_OPTIONS, type ActivationOptions } from '../activation.options.js';
import { stageOf, stageSince } from '../deliveries/delivery-stage.js';
import { factsOf } from '../deliveries/delivery-view.js';
import { DeliveryQueries, type ListedDelivery } from '../deliveries/delivery.queries.js';
import { ERRORS } from '../errors.js';
import { PackageRepository } from '../packages/package.repository.js';

const BATCH = 500;

const COLUMNS = [
  ...['delivery', 'device', 'device_name', 'attempt', 'state', 'stage', 'stage_since', 'code', 'assigned_by'],
  ...['created_at', 'not_before', 'notified_at', 'info_fetched_at', 'reported_at', 'ended_at'],
  ...['fragments_fetched', 'fragments', 'address'],
];

/** Writes every attempt to bring a package to a device as CSV, newest first, also those that were put away. */
@Injectable()
export class ExportDeliveries {
  constructor(
    private readonly database: DataSource,
    private readonly packages: PackageRepository,
    private readonly deliveries: DeliveryQueries,
    @Inject(ACTIVATION_OPTIONS) private readonly options: ActivationOptions,
  ) {}

  /** @throws AppError ACTIVATION_PACKAGE_NOT_FOUND for a package that is unknown or not built */
  async execute(packageId: PackageId): Promise<Readable> {
    if ((await this.packages.find(this.database.manager, packageId)) === null)
      throw new AppError(ERRORS.ACTIVATION_PACKAGE_NOT_FOUND, `There is no built package ${packageId}.`);
    return Readable.from(this.lines(packageId), { objectMode: false });
  }

  /** Batch by batch, each read when the one before has gone: no connection is held for a slow reader. */
  private async *lines(packageId: PackageId): AsyncGenerator<string, void, void> {
    yield csvLine(COLUMNS);
    const filter = { packageId, archived: null };
    let before: DeliveryId | null = null;
    for (;;) {
      const rows: ListedDelivery[] = await this.deliveries.list(this.database.manager, filter, before, BATCH);
      if (rows.length > 0) yield rows.map((row) => this.line(row)).join('');
      before = rows.at(-1)?.deliveryId ?? null;
      if (rows.length < BATCH) return;
    }
  }

  private line(row: ListedDelivery): string {
    const facts = factsOf(row, this.options.infoLocation);
    return csvLine([
      ...[row.deliveryId, row.deviceId, row.deviceName, row.attempt, row.state, stageOf(facts)],
      ...[time(stageSince(facts)), row.code, row.assignedBy, time(row.createdAt), time(row.notBefore)],
      ...[time(row.notifiedAt), time(row.infoFetchedAt), time(row.reportedAt), time(row.endedAt)],
      ...[row.fetched, row.fragments, row.infoAddress],
    ]);
  }
}

function time(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
