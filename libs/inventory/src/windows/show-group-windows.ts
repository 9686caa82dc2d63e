import { Clock } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { groupNotFound } from '../groups/group.js';
import { toGroupWindowsView, type GroupWindowsView } from './group-windows-view.js';
import { MaintenanceWindowStore } from './maintenance-window-store.js';

/** Shows the maintenance windows of a group. */
@Injectable()
export class ShowGroupWindows {
  constructor(
    private readonly store: MaintenanceWindowStore,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError INVENTORY_GROUP_NOT_FOUND */
  async execute(groupId: string): Promise<GroupWindowsView> {
    const group = await this.store.ofGroup(groupId);
    if (group === null) throw groupNotFound(groupId);
    return toGroupWindowsView(group, this.clock.now());
  }
}
