import type { DeviceId } from '@entrepot/kernel';

/** A merge that is in force. */
export interface StandingMerge {
  readonly mergeId: string;
  readonly survivorId: DeviceId;
  readonly absorbedId: DeviceId;
  readonly mergedAt: Date;
}

/** Where a device's assignments are now. */
export interface Holder {
  readonly deviceId: DeviceId;
  /** The merge that brought them there; null while the device stands for itself. */
  readonly mergeId: string | null;
}

/** Who holds what belongs to devices that were merged, also into one that was merged in its turn. */
export class MergedDevices {
  private readonly byAbsorbed = new Map<DeviceId, StandingMerge>();
  private readonly mergeIds: ReadonlySet<string>;

  /** @param merges those in force around the devices that will be asked for */
  constructor(merges: readonly StandingMerge[]) {
    this.mergeIds = new Set(merges.map((merge) => merge.mergeId));
    // Of two merges of one device the undoing of the earlier is still on its way.
    for (const merge of [...merges].sort((a, b) => a.mergedAt.getTime() - b.mergedAt.getTime()))
      this.byAbsorbed.set(merge.absorbedId, merge);
  }

  /** Whether a merge is in force around these devices. */
  stands(mergeId: string): boolean {
    return this.mergeIds.has(mergeId);
  }

  /** The device that everything of the given one belongs to. */
  holderOf(deviceId: DeviceId): Holder {
    const passed = new Set([deviceId]);
    let holder: Holder = { deviceId, mergeId: null };
    for (;;) {
      const merge = this.byAbsorbed.get(holder.deviceId);
      // A circle is possible for as long as an undoing is on its way.
      if (merge === undefined || passed.has(merge.survivorId)) return holder;
      passed.add(merge.survivorId);
      holder = { deviceId: merge.survivorId, mergeId: merge.mergeId };
    }
  }
}
