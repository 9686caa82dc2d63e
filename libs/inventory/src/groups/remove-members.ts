import type { Principal } from '@entrepot/platform-auth';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { auditMembers } from './audit-members.js';
import { EvaluateGroup, type Evaluation } from './evaluate-group.js';
import { SelectDevices, type SelectedDevices, type Selection } from './group-selection.js';
import { GroupTransactions } from './group-transactions.js';
import type { MembersChanged } from './group-view.js';
import type { Group } from './group.js';
import { publishMemberships, type MembershipChange } from './publish-memberships.js';
import { countChanges } from './put-devices.js';

const FIRST_PARAMETER = 2;

/**
 * Takes back what was said of devices by hand: they leave a static group; in a dynamic one they are neither included nor
 * excluded any more, and its criteria decide (OCS-PROTOCOL.md §8.3, "reset state").
 */
@Injectable()
export class RemoveMembers {
  constructor(
    private readonly transactions: GroupTransactions,
    private readonly select: SelectDevices,
    private readonly evaluate: EvaluateGroup,
  ) {}

  /** @throws AppError INVENTORY_GROUP_NOT_FOUND */
  async execute(principal: Principal, groupId: string, selection: Selection): Promise<MembersChanged> {
    const selected = await this.select.execute(selection, FIRST_PARAMETER);
    const { changes, held } = await this.transactions.run(groupId, async (tx, group) => {
      const removal =
        group.kind === 'dynamic' ? this.reset(tx, group, selected) : remove(tx, group, selected);
      const done = await removal;
      const action = group.kind === 'dynamic' ? 'group.reset-members' : 'group.remove-members';
      auditMembers(tx, principal, action, group, selection, countChanges(done.changes));
      return done;
    });
    if (held.length > 0) await this.evaluate.devices(groupId, held);
    return countChanges(changes);
  }

  private async reset(tx: Transaction, group: Group, selected: SelectedDevices): Promise<Evaluation> {
    const rows: { deviceId: string }[] = await tx.manager.query(reset(selected.condition), [
      group.id,
      ...selected.parameters,
    ]);
    const deviceIds = rows.map(({ deviceId }) => deviceId);
    return this.evaluate.within(tx, group, deviceIds);
  }
}

async function remove(tx: Transaction, group: Group, selected: SelectedDevices): Promise<Evaluation> {
  const changes: MembershipChange[] = await tx.manager.query(removal(selected.condition), [
    group.id,
    ...selected.parameters,
  ]);
  await publishMemberships(tx, group, changes);
  return { changes, held: [] };
}

const removal = (condition: string): string => `
  WITH gone AS (
    DELETE FROM group_member m USING device d WHERE m.group_id = $1 AND d.id = m.device_id AND (${condition})
    RETURNING d.id, d.name
  )
  SELECT id AS "deviceId", name, false AS member FROM gone`;

// Who was included is a member until the criteria say otherwise: no event tells of a change that is none.
const reset = (condition: string): string => `
  WITH decided AS MATERIALIZED (
    SELECT m.device_id, m.origin FROM group_member m JOIN device d ON d.id = m.device_id
    WHERE m.group_id = $1 AND m.origin <> 'matched' AND (${condition})
  ), members AS (
    UPDATE group_member m SET origin = 'matched' FROM decided c
    WHERE c.origin = 'included' AND m.group_id = $1 AND m.device_id = c.device_id
  ), strangers AS (
    DELETE FROM group_member m USING decided c
    WHERE c.origin = 'excluded' AND m.group_id = $1 AND m.device_id = c.device_id
  )
  SELECT device_id AS "deviceId" FROM decided`;
