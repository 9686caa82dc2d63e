import { AppError, type DeliveryId, type DeviceId, type PackageId } from '@entrepot/kernel';
import { beforeId, idPage, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { DeliveryState } from './delivery.js';
import { DeliveryQueries, type ListedDelivery } from './delivery.queries.js';
import type { DeliveryView } from './delivery.schemas.js';
import { ERRORS } from '../errors.js';
import type { ReportEntity } from './report.entity.js';
import { ReportRepository } from './report.repository.js';

/** A machine that cannot fetch an info file reports at every PROLOG, so the number of reports has no bound. */
const REPORTS_IN_LIST = 10;
const REPORTS_MAX = 1000;

export interface DeliveryListQuery extends PageQuery {
  readonly packageId?: PackageId;
  readonly deviceId?: DeviceId;
  readonly state?: DeliveryState;
}

/** Shows what became of assignments: every attempt with its newest reports. */
@Injectable()
export class ListDeliveries {
  constructor(
    private readonly database: DataSource,
    private readonly deliveries: DeliveryQueries,
    private readonly reports: ReportRepository,
  ) {}

  async execute(query: DeliveryListQuery): Promise<Page<DeliveryView>> {
    const { packageId = null, deviceId = null, state = null } = query;
    const filter = { packageId, deviceId, state };
    const { manager } = this.database;
    const before = beforeId<DeliveryId>(query);
    const rows = await this.deliveries.list(manager, filter, before, query.limit + 1);
    const total = await this.deliveries.count(manager, filter);
    return idPage(await this.withReports(rows, REPORTS_IN_LIST), query.limit, total);
  }

  /** @throws AppError ACTIVATION_DELIVERY_NOT_FOUND */
  async one(deliveryId: DeliveryId): Promise<DeliveryView> {
    const found = await this.deliveries.find(this.database.manager, deliveryId);
    const [view] = await this.withReports(found === null ? [] : [found], REPORTS_MAX);
    if (view === undefined)
      throw new AppError(ERRORS.ACTIVATION_DELIVERY_NOT_FOUND, `There is no delivery ${deliveryId}.`);
    return view;
  }

  private async withReports(rows: readonly ListedDelivery[], newest: number): Promise<DeliveryView[]> {
    const ids = rows.map((row) => row.deliveryId);
    const reports = await this.reports.newest(this.database.manager, ids, newest);
    return rows.map((row) =>
      toView(
        row,
        reports.filter((report) => report.deliveryId === row.deliveryId),
      ),
    );
  }
}

function toView(
  { deliveryId, createdAt, notifiedAt, endedAt, reportedAt, ...rest }: ListedDelivery,
  reports: readonly ReportEntity[],
): DeliveryView {
  return {
    id: deliveryId,
    ...rest,
    createdAt: createdAt.toISOString(),
    notifiedAt: notifiedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
    reportedAt: reportedAt?.toISOString() ?? null,
    reports: reports.map((report) => ({ at: report.reportedAt.toISOString(), code: report.code })),
  };
}
