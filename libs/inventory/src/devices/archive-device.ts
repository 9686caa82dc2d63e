import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock, type DeviceId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Injectable } from '@nestjs/common';
import { IdentityTransactions, standingDevice } from '../duplicates/identity-transactions.js';
import { INVENTORY_ERRORS } from '../errors.js';
import { noticeDevices } from '../groups/device-change.js';
import { toDeviceStateView, type DeviceStateView } from './device-state-view.js';

/** Archives a device: lists and groups are without it, its inventories are stored as before. */
@Injectable()
export class ArchiveDevice {
  constructor(
    private readonly transactions: IdentityTransactions,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws AppError INVENTORY_DEVICE_NOT_FOUND, INVENTORY_DEVICE_STATE_MERGED, INVENTORY_DEVICE_STATE_DELETED,
   * INVENTORY_DEVICE_STATE_ARCHIVED
   */
  async execute(principal: Principal, id: DeviceId): Promise<DeviceStateView> {
    return this.transactions.run([id], async (tx, devices) => {
      const { name, state } = standingDevice(devices, id);
      if (state === 'archived') {
        throw new AppError(
          INVENTORY_ERRORS.INVENTORY_DEVICE_STATE_ARCHIVED,
          'The device is archived already.',
          {
            deviceId: id,
          },
        );
      }
      const at = this.clock.now();
      await tx.manager.query(`UPDATE device SET state = 'archived', state_changed_at = $2 WHERE id = $1`, [
        id,
        at,
      ]);
      noticeDevices(tx, [id], { everything: true });
      tx.publish(
        changeRecorded,
        auditChange(principal, 'inventory', 'device.archive', 'device', id, { name }),
        id,
      );
      return toDeviceStateView(id, 'archived', at);
    });
  }
}
