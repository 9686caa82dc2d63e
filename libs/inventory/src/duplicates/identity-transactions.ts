import { AppError, type DeviceId } from '@entrepot/kernel';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { deviceNotFound } from '../devices/show-device.js';
import { INVENTORY_ERRORS } from '../errors.js';
import { isWorthRetrying } from '../inventories/postgres-failure.js';
import { familiesOf, type IdentifiedDevice } from './identified-device.js';
import { lockDevices, lockIdentities } from './identity-lane.js';

/** Devices that a transaction has locked, with whatever they are part of and what is part of them. */
export type LockedDevices = ReadonlyMap<DeviceId, IdentifiedDevice>;

const ATTEMPTS = 3;

/** Transactions of people who change what devices there are; inventories of those devices wait for them. */
@Injectable()
export class IdentityTransactions {
  constructor(private readonly outbox: Outbox) {}

  /** Runs work that may be tried again when others were in its way; it has the identity lane and all locks. */
  async run<Result>(
    deviceIds: readonly DeviceId[],
    work: (tx: Transaction, devices: LockedDevices) => Promise<Result>,
  ): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.outbox.transaction(async (tx) => {
          await lockIdentities(tx.manager);
          const family = await familiesOf(tx.manager, deviceIds);
          await lockDevices(
            tx.manager,
            family.map(({ agentDeviceId }) => agentDeviceId),
          );
          // Inventories of these devices may have been stored until the locks were there.
          const locked = await familiesOf(tx.manager, deviceIds);
          return work(tx, new Map(locked.map((device) => [device.id, device])));
        });
      } catch (error) {
        if (attempt >= ATTEMPTS || !isWorthRetrying(error)) throw error;
      }
    }
  }
}

/**
 * A device that stands for itself.
 * @throws AppError INVENTORY_DEVICE_NOT_FOUND, INVENTORY_DEVICE_STATE_MERGED, INVENTORY_DEVICE_STATE_DELETED
 */
export function standingDevice(devices: LockedDevices, id: DeviceId): IdentifiedDevice {
  const device = existingDevice(devices, id);
  if (device.state === 'deleted') {
    throw new AppError(
      INVENTORY_ERRORS.INVENTORY_DEVICE_STATE_DELETED,
      'The device is deleted; restore it first.',
      { deviceId: id },
    );
  }
  return device;
}

/**
 * A device that is no part of another one.
 * @throws AppError INVENTORY_DEVICE_NOT_FOUND, INVENTORY_DEVICE_STATE_MERGED
 */
export function existingDevice(devices: LockedDevices, id: DeviceId): IdentifiedDevice {
  const device = devices.get(id);
  if (device === undefined) throw deviceNotFound(id);
  if (device.mergedInto === null) return device;
  throw new AppError(
    INVENTORY_ERRORS.INVENTORY_DEVICE_STATE_MERGED,
    'The device was merged into another one; undo the merge first.',
    { deviceId: id, survivorId: device.mergedInto },
  );
}
