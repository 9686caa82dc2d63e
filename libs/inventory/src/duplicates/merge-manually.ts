import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock, type DeviceId } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { uuidOf } from '@entrepot/platform-http';
import { INVENTORY_ERRORS } from '../errors.js';
import { mergeNotFound } from './duplicate-errors.js';
import { showMerge, type MergeView } from './duplicate-views.js';
import { compareDevices } from './compare-devices.js';
import type { IdentifiedDevice } from './identified-device.js';
import { IdentityRules } from './identity-rules.js';
import { IdentityTransactions, standingDevice, type LockedDevices } from './identity-transactions.js';
import { MergeDevices } from './merge-devices.js';
import { inOrder } from './undo-merge.js';

/** Two devices to make one of. */
export const mergeBody = z.strictObject({
  deviceIds: z.tuple([uuidOf<DeviceId>(), uuidOf<DeviceId>()]),
  /** Which of the two keeps its id; the one registered first unless told. */
  survivorId: uuidOf<DeviceId>().optional(),
});

export type MergeBody = z.output<typeof mergeBody>;

/** Merges two devices because somebody says so. */
@Injectable()
export class MergeManually {
  constructor(
    private readonly transactions: IdentityTransactions,
    private readonly merging: MergeDevices,
    private readonly rules: IdentityRules,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws AppError INVENTORY_DEVICE_NOT_FOUND, INVENTORY_DEVICE_STATE_MERGED, INVENTORY_DEVICE_STATE_DELETED,
   * INVENTORY_MERGE_SAME_DEVICE
   */
  async execute(principal: Principal, body: MergeBody): Promise<MergeView> {
    const rules = await this.rules.current();
    return this.transactions.run(body.deviceIds, async (tx, devices) => {
      const [survivor, absorbed] = survivorFirst(devices, body);
      const { score, reasons } = await compareDevices(tx.manager, rules, absorbed, survivor);
      const grounds = { cause: 'manual' as const, score, reasons, mergedBy: principal.name };
      const at = this.clock.now();
      const mergeId = await this.merging.merge(tx, survivor, absorbed, grounds, at);
      const detail = { mergeId, absorbedId: absorbed.id, absorbedName: absorbed.name };
      const change = auditChange(principal, 'inventory', 'device.merge', 'device', survivor.id, detail);
      tx.publish(changeRecorded, change, survivor.id);
      const view = await showMerge(tx.manager, mergeId);
      if (view === null) throw mergeNotFound(mergeId);
      return view;
    });
  }
}

/**
 * The two devices, the one that keeps its id first.
 * @throws AppError as `MergeManually` does
 */
export function survivorFirst(
  devices: LockedDevices,
  { deviceIds: [one, other], survivorId }: MergeBody,
): [survivor: IdentifiedDevice, absorbed: IdentifiedDevice] {
  if (one === other) {
    throw new AppError(INVENTORY_ERRORS.INVENTORY_MERGE_SAME_DEVICE, 'deviceIds: must be two devices.', {
      field: 'deviceIds',
    });
  }
  const pair = [standingDevice(devices, one), standingDevice(devices, other)] as const;
  if (survivorId === undefined) return inOrder(...pair);
  if (survivorId !== one && survivorId !== other) {
    throw new AppError(
      INVENTORY_ERRORS.INVENTORY_DEVICE_NOT_FOUND,
      'survivorId: must be one of the two devices.',
      { field: 'survivorId' },
    );
  }
  return survivorId === one ? [pair[0], pair[1]] : [pair[1], pair[0]];
}
