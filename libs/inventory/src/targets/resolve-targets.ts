import type { DeviceSetMessage, ResolveTargetsReply, ResolveTargetsRequest } from '@entrepot/contracts';
import { parseUuid } from '@entrepot/kernel';
import { PreparedStatement } from '@entrepot/platform-database';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { TARGET_COLUMNS, TargetRows, type TargetRow } from './target-rows.js';

/**
 * Tells which of the given devices exist, and are not archived, deleted or merged into others, and which of the groups and
 * saved searches. Also searches that somebody keeps to himself: who has the id of one has been told of it.
 */
@Injectable()
export class ResolveTargets {
  constructor(
    private readonly database: DataSource,
    private readonly rows: TargetRows,
  ) {}

  async execute({ deviceIds, groupIds, searchIds }: ResolveTargetsRequest): Promise<ResolveTargetsReply> {
    const [devices, sets] = await Promise.all([
      deviceIds.length === 0 ? [] : FIND_DEVICES.run(this.database, [uuidsOf(deviceIds)]),
      groupIds.length + searchIds.length === 0
        ? []
        : FIND_SETS.run(this.database, [uuidsOf(groupIds), uuidsOf(searchIds)]),
    ]);
    return { devices: await this.rows.toTargets(devices), sets };
  }
}

function uuidsOf(ids: readonly string[]): string[] {
  return [...new Set(ids)].filter((id) => parseUuid(id) !== null);
}

// The arrays are behind a SELECT because a plan for their very length would be made anew each time.
const FIND_DEVICES = new PreparedStatement<TargetRow>(
  'find-target-devices',
  `
  SELECT ${TARGET_COLUMNS}
  FROM unnest((SELECT $1::uuid[])) AS a (id)
  CROSS JOIN LATERAL (SELECT * FROM device WHERE id = a.id AND state = 'active' LIMIT 1) d
  ORDER BY d.name, d.id`,
);

const FIND_SETS = new PreparedStatement<DeviceSetMessage>(
  'find-target-sets',
  `
  SELECT 'group' AS kind, id, name FROM device_group WHERE id = ANY((SELECT $1::uuid[])::uuid[])
  UNION ALL
  SELECT 'search', id, name FROM saved_search WHERE id = ANY((SELECT $2::uuid[])::uuid[])
  ORDER BY 1, 3, 2`,
);
