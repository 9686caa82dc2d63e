import type { Page } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { deviceNotFound } from '../devices/show-device.js';
import type { DeviceGroup } from './group-view.js';

interface GroupOfDeviceRow extends Omit<DeviceGroup, 'since'> {
  readonly since: Date;
}

/** Lists the groups that a device has to do with, also those that it is kept out of, in the order of their names. */
@Injectable()
export class ListGroupsOfDevice {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError INVENTORY_DEVICE_NOT_FOUND */
  async execute(deviceId: string): Promise<Page<DeviceGroup>> {
    const rows: GroupOfDeviceRow[] = await this.database.query(
      `SELECT g.id, g.name, g.kind, m.origin, m.origin <> 'excluded' AS member, m.since
       FROM group_member m JOIN device_group g ON g.id = m.group_id
       WHERE m.device_id = $1 ORDER BY lower(g.name)`,
      [deviceId],
    );
    if (rows.length === 0) await this.assertExists(deviceId);
    const items = rows.map((row) => ({ ...row, since: row.since.toISOString() }));
    return { items, total: items.length, next: null };
  }

  private async assertExists(deviceId: string): Promise<void> {
    const found: unknown[] = await this.database.query('SELECT 1 FROM device WHERE id = $1', [deviceId]);
    if (found.length === 0) throw deviceNotFound(deviceId);
  }
}
