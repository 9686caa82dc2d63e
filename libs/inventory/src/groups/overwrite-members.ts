import { AppError } from '@entrepot/kernel';
import type { Principal } from '@entrepot/platform-auth';
import { Injectable } from '@nestjs/common';
import { INVENTORY_ERRORS } from '../errors.js';
import { auditMembers } from './audit-members.js';
import { SelectDevices, type Selection } from './group-selection.js';
import { GroupTransactions } from './group-transactions.js';
import type { MembersChanged } from './group-view.js';
import { publishMemberships, type MembershipChange } from './publish-memberships.js';
import { countChanges } from './put-devices.js';

const FIRST_PARAMETER = 3;

/** Makes the given devices the members of a group, and nobody else (OCS-PROTOCOL.md §8.3). */
@Injectable()
export class OverwriteMembers {
  constructor(
    private readonly transactions: GroupTransactions,
    private readonly select: SelectDevices,
  ) {}

  /** @throws AppError INVENTORY_GROUP_NOT_FOUND, INVENTORY_GROUP_KIND (the members of a dynamic group follow from its criteria) */
  async execute(principal: Principal, groupId: string, selection: Selection): Promise<MembersChanged> {
    const { condition, parameters } = await this.select.execute(selection, FIRST_PARAMETER);
    return this.transactions.run(groupId, async (tx, group) => {
      if (group.kind === 'dynamic') {
        throw new AppError(
          INVENTORY_ERRORS.INVENTORY_GROUP_KIND,
          'The members of a dynamic group follow from its criteria: change those, or include and exclude devices.',
        );
      }
      const changes: MembershipChange[] = await tx.manager.query(overwrite(condition), [
        ...[group.id, group.now],
        ...parameters,
      ]);
      await publishMemberships(tx, group, changes);
      const changed = countChanges(changes);
      auditMembers(tx, principal, 'group.overwrite-members', group, selection, changed);
      return changed;
    });
  }
}

// Nobody knows how many devices a condition leaves: the full join is never done row by row, the others use a primary key.
const overwrite = (condition: string): string => `
  WITH chosen AS MATERIALIZED (
    SELECT d.id FROM device d WHERE d.state = 'active' AND (${condition})
  ), present AS MATERIALIZED (
    SELECT m.device_id AS id FROM group_member m WHERE m.group_id = $1
  ), different AS MATERIALIZED (
    SELECT coalesce(c.id, p.id) AS id, p.id IS NULL AS member FROM chosen c FULL JOIN present p ON p.id = c.id
    WHERE p.id IS NULL OR c.id IS NULL
  ), gone AS (
    DELETE FROM group_member m USING different x WHERE NOT x.member AND m.group_id = $1 AND m.device_id = x.id
    RETURNING m.device_id
  ), come AS (
    INSERT INTO group_member (group_id, device_id, origin, since)
    SELECT $1, x.id, 'included', $2 FROM different x WHERE x.member ORDER BY x.id
    ON CONFLICT (group_id, device_id) DO NOTHING
    RETURNING device_id
  )
  SELECT d.id AS "deviceId", d.name, s.member FROM (
    SELECT device_id AS id, true AS member FROM come UNION ALL SELECT device_id, false FROM gone
  ) s JOIN device d ON d.id = s.id`;
