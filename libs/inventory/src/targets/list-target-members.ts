import type { MembersReply, MembersRequest } from '@entrepot/contracts';
import { parseUuid } from '@entrepot/kernel';
import { PreparedStatement } from '@entrepot/platform-database';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CompileFilter, type DeviceFilter } from '../search/device-filter.js';
import { SearchTransactions } from '../search/search-transactions.js';
import { TARGET_COLUMNS, TargetRows, type TargetRow } from './target-rows.js';

const MOST = 1_000;
/** No device has it, and it comes before all. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

const NOBODY: MembersReply = { exists: false, members: [] };

/** A page of the active devices that are in a group, or fit a saved search, now; in the order of their ids. */
@Injectable()
export class ListTargetMembers {
  constructor(
    private readonly database: DataSource,
    private readonly filters: CompileFilter,
    private readonly searches: SearchTransactions,
    private readonly rows: TargetRows,
  ) {}

  /** @throws AppError INVENTORY_SEARCH_TOO_SLOW, INVENTORY_BUSY; only for searches */
  async execute({ kind, id, after, limit }: MembersRequest): Promise<MembersReply> {
    if (parseUuid(id) === null) return NOBODY;
    const position = parseUuid(after) === null ? BEFORE_ALL : after;
    const size = Math.min(Math.max(Math.trunc(limit), 1), MOST);
    const found = await (kind === 'group'
      ? this.ofGroup(id, position, size)
      : this.ofSearch(id, position, size));
    return found === null ? NOBODY : { exists: true, members: await this.rows.toTargets(found) };
  }

  private async ofGroup(groupId: string, after: string, limit: number): Promise<TargetRow[] | null> {
    const rows = await FIND_MEMBERS.run(this.database, [groupId, after, limit]);
    if (rows.length > 0) return rows;
    const groups: unknown[] = await this.database.query('SELECT 1 FROM device_group WHERE id = $1', [
      groupId,
    ]);
    return groups.length === 0 ? null : [];
  }

  private async ofSearch(searchId: string, after: string, limit: number): Promise<TargetRow[] | null> {
    const [saved]: { search: DeviceFilter }[] = await this.database.query(
      'SELECT search FROM saved_search WHERE id = $1',
      [searchId],
    );
    if (saved === undefined) return null;
    const { condition, parameters } = (await this.filters.resolve(saved.search)).write('scan');
    const [position, size] = [parameters.add(after), parameters.add(limit)];
    return this.searches.run((manager) =>
      manager.query<TargetRow[]>(pageOfFound(condition, position, size), [...parameters.values]),
    );
  }
}

const FIND_MEMBERS = new PreparedStatement<TargetRow>(
  'find-target-members',
  `
  SELECT ${TARGET_COLUMNS}
  FROM group_member g JOIN device d ON d.id = g.device_id
  WHERE g.group_id = $1 AND g.device_id > $2::uuid AND g.origin <> 'excluded' AND d.state = 'active'
  ORDER BY g.device_id LIMIT $3`,
);

// Nobody knows how many devices a condition leaves: to find all of them is never much slower, a walk by ids may be.
function pageOfFound(condition: string, after: string, limit: string): string {
  return `
  WITH found AS MATERIALIZED (
    SELECT d.id FROM device d WHERE d.state = 'active' AND d.id > ${after}::uuid AND ${condition}
  ), page AS (
    SELECT id FROM found ORDER BY id LIMIT ${limit}
  )
  SELECT ${TARGET_COLUMNS} FROM page p JOIN device d ON d.id = p.id ORDER BY d.id`;
}
