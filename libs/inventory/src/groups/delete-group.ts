import { changeRecorded } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { INVENTORY_ERRORS } from '../errors.js';
import { GroupDefinitions } from './group-definitions.js';
import { GroupTransactions } from './group-transactions.js';
import type { Group } from './group.js';
import { publishMemberships, type MembershipChange } from './publish-memberships.js';

/** Deletes a group with its memberships and the settings of its own; the devices stay. */
@Injectable()
export class DeleteGroup {
  constructor(
    private readonly transactions: GroupTransactions,
    private readonly definitions: GroupDefinitions,
  ) {}

  /** @throws AppError INVENTORY_GROUP_NOT_FOUND, INVENTORY_GROUP_IN_USE */
  async execute(principal: Principal, groupId: string): Promise<void> {
    await this.transactions.runDefining(groupId, (tx, group) => this.remove(tx, principal, group));
    this.definitions.forget();
  }

  private async remove(tx: Transaction, principal: Principal, group: Group): Promise<void> {
    const dependents: { name: string }[] = await tx.manager.query(
      'SELECT name FROM device_group WHERE refers_to @> ARRAY[$1::uuid] ORDER BY lower(name) LIMIT 5',
      [group.id],
    );
    if (dependents.length > 0) {
      const names = dependents.map(({ name }) => `“${name}”`).join(', ');
      throw new AppError(
        INVENTORY_ERRORS.INVENTORY_GROUP_IN_USE,
        `The criteria of ${names} ask for the members of this group.`,
      );
    }
    const members: MembershipChange[] = await tx.manager.query(
      `SELECT d.id AS "deviceId", d.name, false AS member FROM group_member m JOIN device d ON d.id = m.device_id
       WHERE m.group_id = $1 AND m.origin <> 'excluded'`,
      [group.id],
    );
    await publishMemberships(tx, group, members);
    await tx.manager.query('DELETE FROM device_group WHERE id = $1', [group.id]);
    const detail = { name: group.name, kind: group.kind, members: members.length };
    const audit = auditChange(principal, 'inventory', 'group.delete', 'group', group.id, detail);
    tx.publish(changeRecorded, audit, group.id);
  }
}
