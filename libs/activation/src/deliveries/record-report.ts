import { downloadReported, packageDoubted, type EventOf } from '@entrepot/contracts';
import { Clock, parseFileId, type DeviceId, type FileId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { NextAttempt } from '../attempts/next-attempt.js';
import { changed, isOpen, report } from './delivery.js';
import type { DeliveryEntity } from './delivery.entity.js';
import { DeliveryRepository } from './delivery.repository.js';
import { DeviceMergeRepository } from '../devices/device-merge.repository.js';
import { deviceIdSchema } from '../id.schemas.js';
import { ReleasePackage } from '../packages/release-package.js';
import { publishDeliveries } from './publish-deliveries.js';
import { ReportRepository } from './report.repository.js';

/** The archive that an agent put together is not the one that was built (OCS-PROTOCOL.md §4.5). */
const BAD_DIGEST = 'ERR_BAD_DIGEST';

/** Keeps what an agent reports of a package and draws the consequence for its delivery (OCS-PROTOCOL.md §4.2). */
@Injectable()
export class RecordReport {
  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly reports: ReportRepository,
    private readonly merges: DeviceMergeRepository,
    private readonly nextAttempt: NextAttempt,
    private readonly releasePackage: ReleasePackage,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async execute(tx: Transaction, reported: EventOf<typeof downloadReported>): Promise<void> {
    const { result } = reported;
    const deviceId = deviceIdSchema.parse(reported.deviceId);
    // The agent's own word, which may be no file id at all.
    const fileId = parseFileId(reported.fileId);
    const at = new Date(reported.at);
    const before = fileId === null ? null : await this.findReported(tx, deviceId, fileId, at);
    if (fileId === null || before === null) {
      this.log.warn(
        { deviceId, fileId: reported.fileId, result },
        'A device reported a package that it was never told of',
      );
      return;
    }
    const after = report(before, result, at);
    if (result === BAD_DIGEST) await this.doubt(tx, before, fileId, at);
    await this.reports.add(tx.manager, before.deliveryId, result, at);
    if (after === before) return;
    await this.deliveries.saveStatuses(tx.manager, [after]);
    if (!changed(before, after)) return;
    publishDeliveries(tx, [after], () => fileId, this.clock.now());
    if (isOpen(after)) return;
    await this.nextAttempt.afterResult(tx, after, fileId);
    await this.releasePackage.execute(tx, after.packageId);
  }

  /** Asks, once in an attempt, whether our own bytes are right. */
  private async doubt(tx: Transaction, delivery: DeliveryEntity, fileId: FileId, at: Date): Promise<void> {
    const { deliveryId, deviceId, packageId } = delivery;
    if (await this.reports.has(tx.manager, deliveryId, BAD_DIGEST)) return;
    const doubted = { packageId, fileId, deliveryId, deviceId, code: BAD_DIGEST, at: at.toISOString() };
    tx.publish(packageDoubted, doubted, packageId);
  }

  /** The device may have been merged into another one since it reported. */
  private async findReported(
    { manager }: Transaction,
    deviceId: DeviceId,
    fileId: FileId,
    at: Date,
  ): Promise<DeliveryEntity | null> {
    const found = await this.deliveries.lockReported(manager, deviceId, fileId, at);
    if (found !== null) return found;
    const holder = (await this.merges.holders(manager, [deviceId])).holderOf(deviceId);
    if (holder.mergeId === null) return null;
    return this.deliveries.lockReported(manager, holder.deviceId, fileId, at);
  }
}
