import { AppError, Clock, type DeliveryId } from '@entrepot/kernel';
import { beforeId, idPage, type Page, type PageQuery } from '@entrepot/platform-http';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ACTIVATION_OPTIONS, type ActivationOptions } from '../activation.options.js';
import { deliveryView } from './delivery-view.js';
import { DeliveryQueries, type DeliveryFilter, type ListedDelivery } from './delivery.queries.js';
import type { DeliveryView } from './delivery.schemas.js';
import { ERRORS } from '../errors.js';
import { ReportRepository } from './report.repository.js';

/** A machine that cannot fetch an info file reports at every PROLOG, so the number of reports has no bound. */
const REPORTS_IN_LIST = 10;
const REPORTS_MAX = 1000;

export interface DeliveryListQuery extends PageQuery, Omit<DeliveryFilter, 'archived' | 'latestBy'> {
  /** Only what was put away; what is not there otherwise. */
  readonly archived?: boolean | undefined;
  /** Only the latest attempt of each assignment. */
  readonly latest?: boolean | undefined;
}

/** Shows what became of assignments: every attempt with its newest reports. */
@Injectable()
export class ListDeliveries {
  constructor(
    private readonly database: DataSource,
    private readonly deliveries: DeliveryQueries,
    private readonly reports: ReportRepository,
    private readonly clock: Clock,
    @Inject(ACTIVATION_OPTIONS) private readonly options: ActivationOptions,
  ) {}

  async execute(query: DeliveryListQuery): Promise<Page<DeliveryView>> {
    const filter = {
      ...query,
      archived: query.archived ?? query.stage === 'archived',
      latestBy: query.latest === true ? this.clock.now() : undefined,
    };
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
    const now = this.clock.now();
    const { infoLocation } = this.options;
    const reports = await this.reports.newest(this.database.manager, ids, newest);
    return rows.map((row) =>
      deliveryView(
        row,
        reports.filter((report) => report.deliveryId === row.deliveryId),
        infoLocation,
        now,
      ),
    );
  }
}
