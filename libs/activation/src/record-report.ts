import { downloadReported, type EventOf } from '@entrepot/contracts';
import { parseFileId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { changed, report } from './delivery.js';
import { DeliveryRepository } from './delivery.repository.js';
import { deviceIdSchema } from './id.schemas.js';
import { publishDeliveries } from './publish-deliveries.js';
import { ReportRepository } from './report.repository.js';

/** Keeps what an agent reports of a package and draws the consequence for its delivery (OCS-PROTOCOL.md §4.2). */
@Injectable()
export class RecordReport {
  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly reports: ReportRepository,
    private readonly log: Log,
  ) {}

  async execute(tx: Transaction, reported: EventOf<typeof downloadReported>): Promise<void> {
    const { result } = reported;
    const deviceId = deviceIdSchema.parse(reported.deviceId);
    // The agent's own word, which may be no file id at all.
    const fileId = parseFileId(reported.fileId);
    const at = new Date(reported.at);
    const before =
      fileId === null ? null : await this.deliveries.lockReported(tx.manager, deviceId, fileId, at);
    if (fileId === null || before === null) {
      this.log.warn(
        { deviceId, fileId: reported.fileId, result },
        'A device reported a package that it was never told of',
      );
      return;
    }
    const after = report(before, result, at);
    await this.reports.add(tx.manager, before.deliveryId, result, at);
    if (after === before) return;
    await this.deliveries.saveStatuses(tx.manager, [after]);
    if (changed(before, after)) publishDeliveries(tx, [after], () => fileId, at);
  }
}
