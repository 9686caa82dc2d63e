import { changeRecorded } from '@entrepot/contracts';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { groupNotFound } from '../groups/group.js';
import type { GroupWindowsView } from './group-windows-view.js';
import type { MaintenanceWindow } from './maintenance-window.js';
import { MaintenanceWindowStore } from './maintenance-window-store.js';
import { ShowGroupWindows } from './show-group-windows.js';

/** Gives a group maintenance windows, or takes them away. The next PROLOG of its devices is answered by it. */
@Injectable()
export class ChangeGroupWindows {
  constructor(
    private readonly outbox: Outbox,
    private readonly store: MaintenanceWindowStore,
    private readonly show: ShowGroupWindows,
  ) {}

  /** @throws AppError INVENTORY_GROUP_NOT_FOUND */
  async set(
    principal: Principal,
    groupId: string,
    windows: readonly MaintenanceWindow[],
  ): Promise<GroupWindowsView> {
    await this.write(principal, groupId, windows);
    return this.show.execute(groupId);
  }

  /** @throws AppError INVENTORY_GROUP_NOT_FOUND; not when it has none */
  async remove(principal: Principal, groupId: string): Promise<void> {
    await this.write(principal, groupId, null);
  }

  private async write(
    principal: Principal,
    groupId: string,
    windows: readonly MaintenanceWindow[] | null,
  ): Promise<void> {
    await this.outbox.transaction(async (tx) => {
      const [group]: { before: unknown }[] = await tx.manager.query(WRITE, [
        groupId,
        windows === null ? null : JSON.stringify(windows),
      ]);
      if (group === undefined) throw groupNotFound(groupId);
      const detail = {
        ...(windows !== null && { windows: JSON.stringify(windows) }),
        ...(group.before !== null && { before: JSON.stringify(group.before) }),
      };
      const action = windows === null ? 'group.windows.remove' : 'group.windows.set';
      const audit = auditChange(principal, 'inventory', action, 'group', groupId, detail);
      tx.publish(changeRecorded, audit, groupId);
    });
    this.store.forget();
  }
}

// An UPDATE … RETURNING would be answered as rows and their number.
const WRITE = `
  WITH old AS (
    SELECT id, maintenance_windows FROM device_group WHERE id = $1 FOR UPDATE
  ), changed AS (
    UPDATE device_group g SET maintenance_windows = $2 FROM old WHERE g.id = old.id
  )
  SELECT maintenance_windows AS before FROM old`;
