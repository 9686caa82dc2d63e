import type { TargetMessage } from '@entrepot/contracts';
import type { DeviceId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { ValuesOfDevices, type StoredLevels } from '../settings/values-of-devices.js';
import { downloadPaceOf } from './download-pace.js';
import { operatingSystemOf } from './operating-system.js';

/** A device as a target, as the driver answers it. */
export interface TargetRow extends StoredLevels {
  readonly deviceId: DeviceId;
  readonly name: string;
  readonly osName: string;
}

/** The columns of a `TargetRow`, of a `device d`. */
export const TARGET_COLUMNS = `
  d.id AS "deviceId", d.name, d.os_name AS "osName",
  (SELECT json_object_agg(o.key, o.value) FROM device_setting o WHERE o.device_id = d.id) AS settings,
  (SELECT json_agg(m.group_id) FROM group_member m
    WHERE m.device_id = d.id AND m.origin <> 'excluded') AS "groupIds"`;

/** Makes targets of rows: what kind of machine each is, and how it downloads. */
@Injectable()
export class TargetRows {
  constructor(private readonly values: ValuesOfDevices) {}

  /** In the order of the rows. */
  async toTargets(rows: readonly TargetRow[]): Promise<TargetMessage[]> {
    const settings = await this.values.many(rows);
    return rows.flatMap(({ deviceId, name, osName }, index) => {
      const own = settings[index];
      if (own === undefined) return [];
      return [{ deviceId, name, operatingSystem: operatingSystemOf(osName), pace: downloadPaceOf(own) }];
    });
  }
}
