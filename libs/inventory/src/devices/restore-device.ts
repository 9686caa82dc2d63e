import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock, type DeviceId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Injectable } from '@nestjs/common';
import { bringBackDevice } from '../duplicates/bring-back-device.js';
import { existingDevice, IdentityTransactions } from '../duplicates/identity-transactions.js';
import { INVENTORY_ERRORS } from '../errors.js';
import { RESTORABLE_MS, toDeviceStateView, type DeviceStateView } from './device-state-view.js';

/** Brings a device back that was deleted less than a day ago, or archived at any time. */
@Injectable()
export class RestoreDevice {
  constructor(
    private readonly transactions: IdentityTransactions,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws AppError INVENTORY_DEVICE_NOT_FOUND, INVENTORY_DEVICE_STATE_MERGED, INVENTORY_DEVICE_STATE_ACTIVE,
   * INVENTORY_DEVICE_STATE_EXPIRED
   */
  async execute(principal: Principal, id: DeviceId): Promise<DeviceStateView> {
    return this.transactions.run([id], async (tx, devices) => {
      const device = existingDevice(devices, id);
      const at = this.clock.now();
      if (device.state === 'active') {
        throw new AppError(
          INVENTORY_ERRORS.INVENTORY_DEVICE_STATE_ACTIVE,
          'The device is in service already.',
          {
            deviceId: id,
          },
        );
      }
      if (device.state === 'deleted' && at.getTime() - device.stateChangedAt.getTime() > RESTORABLE_MS) {
        throw new AppError(
          INVENTORY_ERRORS.INVENTORY_DEVICE_STATE_EXPIRED,
          'The device was deleted more than a day ago; only its own inventory brings it back.',
          { deviceId: id },
        );
      }
      await bringBackDevice(tx, device, 'undeleted', at);
      const detail = { name: device.name, from: device.state };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'inventory', 'device.restore', 'device', id, detail),
        id,
      );
      return toDeviceStateView(id, 'active', at);
    });
  }
}
