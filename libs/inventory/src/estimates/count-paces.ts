import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { assertGroup } from '../groups/group.js';
import { SearchTransactions } from '../search/search-transactions.js';
import { ValuesOfDevices, type StoredLevels } from '../settings/values-of-devices.js';
import { downloadPaceOf, PACE_KEYS } from '../targets/download-pace.js';
import type { DownloadPace } from '@entrepot/contracts';
import { operatingSystemOf, type OperatingSystem } from '../targets/operating-system.js';

/** Devices that download in the same way. */
export interface PaceCount {
  readonly operatingSystem: OperatingSystem;
  readonly pace: DownloadPace;
  readonly count: number;
  /** The first twenty. */
  readonly deviceIds: readonly string[];
}

interface CountRow extends StoredLevels {
  readonly osName: string;
  readonly count: number;
  readonly deviceIds: readonly string[];
}

/** Whose paces are counted. */
export type Devices = { readonly deviceIds: readonly string[] } | { readonly groupId: string };

/** Counts active devices by how they download, however many there are: most have no setting of their own. */
@Injectable()
export class CountPaces {
  constructor(
    private readonly database: DataSource,
    private readonly searches: SearchTransactions,
    private readonly values: ValuesOfDevices,
  ) {}

  /** @throws AppError INVENTORY_GROUP_NOT_FOUND, INVENTORY_SEARCH_TOO_SLOW, INVENTORY_BUSY */
  async execute(devices: Devices): Promise<PaceCount[]> {
    if ('groupId' in devices) await assertGroup(this.database, devices.groupId);
    const [source, whose] =
      'groupId' in devices ? [MEMBERS, devices.groupId] : [LISTED, [...new Set(devices.deviceIds)]];
    const rows = await this.searches.run((manager) =>
      manager.query<CountRow[]>(countBy(source), [whose, PACE_KEYS]),
    );
    const settings = await this.values.many(rows);
    return rows.flatMap(({ osName, count, deviceIds }, index) => {
      const own = settings[index];
      if (own === undefined) return [];
      return [{ operatingSystem: operatingSystemOf(osName), pace: downloadPaceOf(own), count, deviceIds }];
    });
  }
}

const LISTED = 'device d WHERE d.id = ANY($1::uuid[])';
const MEMBERS = `group_member g JOIN device d ON d.id = g.device_id WHERE g.group_id = $1 AND g.origin <> 'excluded'`;

// Joined as wholes, not looked up for each device: groups of everything are asked for too.
const countBy = (source: string): string => `
  WITH devices AS MATERIALIZED (
    SELECT d.id, d.os_name FROM ${source} AND d.state = 'active'
  ), own AS (
    SELECT o.device_id, jsonb_object_agg(o.key, o.value) AS settings
    FROM device_setting o JOIN devices d ON d.id = o.device_id
    WHERE o.key = ANY($2::text[]) GROUP BY o.device_id
  ), belongs AS (
    SELECT m.device_id, array_agg(m.group_id ORDER BY m.group_id) AS groups
    FROM group_member m JOIN devices d ON d.id = m.device_id
    WHERE m.origin <> 'excluded' AND m.group_id IN (SELECT s.group_id FROM group_setting s WHERE s.key = ANY($2::text[]))
    GROUP BY m.device_id
  )
  SELECT d.os_name AS "osName", o.settings, b.groups::text[] AS "groupIds", count(*)::int AS count,
    (array_agg(d.id ORDER BY d.id))[1:20] AS "deviceIds"
  FROM devices d LEFT JOIN own o ON o.device_id = d.id LEFT JOIN belongs b ON b.device_id = d.id
  GROUP BY d.os_name, o.settings, b.groups`;
