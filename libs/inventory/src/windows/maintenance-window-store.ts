import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FreshCopy } from '../settings/fresh-copy.js';
import { maintenanceWindows, type MaintenanceWindow } from './maintenance-window.js';
import { windowsOpen } from './windows-open.js';

/** A group that has maintenance windows. */
export interface GroupWindows {
  readonly id: string;
  readonly name: string;
  readonly windows: readonly MaintenanceWindow[];
}

interface StoredWindows {
  readonly id: string;
  readonly name: string;
  readonly windows: unknown;
}

type WindowsByGroup = ReadonlyMap<string, readonly MaintenanceWindow[]>;

/** The maintenance windows of groups, with a short-lived copy of all of them for PROLOGs. */
@Injectable()
export class MaintenanceWindowStore {
  private readonly copy = new FreshCopy(() => this.load());
  /** Groups whose stored windows are none, so that each is complained of once. */
  private readonly unusable = new Set<string>();

  constructor(
    private readonly database: DataSource,
    private readonly log: Log,
  ) {}

  /**
   * Whether a device of these groups may be told of packages that it has not heard of: every one of the groups that has
   * windows has one open. What it was told of before stays on offer, and downloads are never switched off: an agent
   * would get stuck (AGENT-BEHAVIOUR.md, finding 2).
   */
  async mayStart(groupIds: readonly string[] | null, now: Date): Promise<boolean> {
    if (groupIds === null) return true;
    const all = await this.copy.current();
    if (all.size === 0) return true;
    return groupIds.every((id) => {
      const windows = all.get(id);
      return windows === undefined || windowsOpen(windows, now);
    });
  }

  /** Makes the next reader of this process ask the database; call it after the commit of a change. */
  forget(): void {
    this.copy.forget();
  }

  /** The groups of a device that have windows, in the order of their names. */
  async ofGroupsOf(deviceId: string): Promise<GroupWindows[]> {
    const rows: StoredWindows[] = await this.database.query(WINDOWS_OF_DEVICE, [deviceId]);
    return rows.map((row) => this.read(row));
  }

  /** A group by its id; without windows the list is empty. Null when there is no such group. */
  async ofGroup(groupId: string): Promise<GroupWindows | null> {
    const [row]: StoredWindows[] = await this.database.query(
      'SELECT id, name, maintenance_windows AS windows FROM device_group WHERE id = $1',
      [groupId],
    );
    if (row === undefined) return null;
    return row.windows === null ? { ...row, windows: [] } : this.read(row);
  }

  private async load(): Promise<WindowsByGroup> {
    const rows: StoredWindows[] = await this.database.query(
      `SELECT id, '' AS name, maintenance_windows AS windows FROM device_group WHERE maintenance_windows IS NOT NULL`,
    );
    return new Map(rows.map((row) => [row.id, this.read(row).windows]));
  }

  /** Windows that nobody can read never open: to install at the wrong time is worse than to wait. */
  private read({ id, name, windows: stored }: StoredWindows): GroupWindows {
    const { data, error } = maintenanceWindows.safeParse(stored);
    if (error === undefined) this.unusable.delete(id);
    else if (!this.unusable.has(id)) {
      this.log.error({ groupId: id, err: error }, 'Stored maintenance windows are not usable and stay shut');
      this.unusable.add(id);
    }
    return { id, name, windows: data ?? [] };
  }
}

const WINDOWS_OF_DEVICE = `
  SELECT g.id, g.name, g.maintenance_windows AS windows
  FROM group_member m JOIN device_group g ON g.id = m.group_id
  WHERE m.device_id = $1 AND m.origin <> 'excluded' AND g.maintenance_windows IS NOT NULL
  ORDER BY g.name, g.id`;
