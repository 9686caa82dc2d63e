import { changeRecorded, deviceDeleted } from '@entrepot/contracts';
import { Clock, type DeviceId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Injectable } from '@nestjs/common';
import { removeKeys } from '../duplicates/identity-index.js';
import { IdentityTransactions, standingDevice } from '../duplicates/identity-transactions.js';
import { toDeviceStateView, type DeviceStateView } from './device-state-view.js';

/** Deletes a device: nobody sees it any more, and after a day it is gone with all that was merged into it. */
@Injectable()
export class DeleteDevice {
  constructor(
    private readonly transactions: IdentityTransactions,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError INVENTORY_DEVICE_NOT_FOUND, INVENTORY_DEVICE_STATE_MERGED, INVENTORY_DEVICE_STATE_DELETED */
  async execute(principal: Principal, id: DeviceId): Promise<DeviceStateView> {
    return this.transactions.run([id], async (tx, devices) => {
      const { agentDeviceId, name } = standingDevice(devices, id);
      const at = this.clock.now();
      await tx.manager.query(`UPDATE device SET state = 'deleted', state_changed_at = $2 WHERE id = $1`, [
        id,
        at,
      ]);
      await removeKeys(tx.manager, [id]);
      tx.publish(deviceDeleted, { deviceId: id, agentDeviceId, name, at: at.toISOString() }, id);
      const detail = { name, agentDeviceId };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'inventory', 'device.delete', 'device', id, detail),
        id,
      );
      return toDeviceStateView(id, 'deleted', at);
    });
  }
}
