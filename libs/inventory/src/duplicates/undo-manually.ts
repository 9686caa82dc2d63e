import { changeRecorded } from '@entrepot/contracts';
import { AppError, Clock } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { INVENTORY_ERRORS } from '../errors.js';
import { mergeNotFound } from './duplicate-errors.js';
import { showMerge, type MergeView } from './duplicate-views.js';
import { rootOf } from './identified-device.js';
import { IdentityTransactions, standingDevice } from './identity-transactions.js';
import { readMerge } from './merge-record.js';
import { UndoMerge } from './undo-merge.js';

/** Undoes a merge because somebody says so; the two are not merged by themselves again. */
@Injectable()
export class UndoManually {
  constructor(
    private readonly database: DataSource,
    private readonly transactions: IdentityTransactions,
    private readonly undoing: UndoMerge,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError INVENTORY_MERGE_NOT_FOUND, INVENTORY_MERGE_UNDONE, INVENTORY_DEVICE_STATE_DELETED */
  async execute(principal: Principal, mergeId: string): Promise<MergeView> {
    const asked = await readMerge(this.database.manager, mergeId);
    if (asked === null) throw mergeNotFound(mergeId);
    return this.transactions.run([asked.survivorId, asked.absorbedId], async (tx, devices) => {
      const merge = await readMerge(tx.manager, mergeId);
      if (merge === null) throw mergeNotFound(mergeId);
      if (merge.undoneAt !== null) {
        throw new AppError(INVENTORY_ERRORS.INVENTORY_MERGE_UNDONE, 'The merge is undone already.', {
          mergeId,
        });
      }
      const survivor = devices.get(merge.survivorId);
      if (survivor !== undefined) standingDevice(devices, rootOf(survivor, devices).id);
      await this.undoing.execute(tx, merge, principal.name, this.clock.now());
      const detail = { mergeId, absorbedId: merge.absorbedId };
      tx.publish(
        changeRecorded,
        auditChange(principal, 'inventory', 'device.undo-merge', 'device', merge.survivorId, detail),
        merge.survivorId,
      );
      const view = await showMerge(tx.manager, mergeId);
      if (view === null) throw mergeNotFound(mergeId);
      return view;
    });
  }
}
