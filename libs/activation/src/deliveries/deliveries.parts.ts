import type { ModuleParts } from '@entrepot/platform-database';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveryQueries } from './delivery.queries.js';
import { DeliveryRepository } from './delivery.repository.js';
import { ListDeliveries } from './list-deliveries.js';
import { RecordReportConsumer } from './record-report.consumer.js';
import { RecordReport } from './record-report.js';
import { ReportRepository } from './report.repository.js';
import { WithdrawDeliveries } from './withdraw-deliveries.js';
import { WithdrawWaitingConsumer } from './withdraw-waiting.consumer.js';

/** Deliveries: what became of each attempt, and what agents reported. */
export const deliveriesParts: ModuleParts = {
  controllers: [DeliveriesController, RecordReportConsumer, WithdrawWaitingConsumer],
  providers: [
    ListDeliveries,
    RecordReport,
    WithdrawDeliveries,
    DeliveryRepository,
    DeliveryQueries,
    ReportRepository,
  ],
};
