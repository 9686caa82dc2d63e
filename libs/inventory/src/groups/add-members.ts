import type { Principal } from '@entrepot/platform-auth';
import { Injectable } from '@nestjs/common';
import { auditMembers } from './audit-members.js';
import type { NewMembers } from './group-bodies.js';
import { SelectDevices } from './group-selection.js';
import { GroupTransactions } from './group-transactions.js';
import type { MembersChanged } from './group-view.js';
import { notDynamic } from './group.js';
import { PUT_PARAMETER, putDevices } from './put-devices.js';

/** Puts devices into a group by hand, or keeps them out of a dynamic one (OCS-PROTOCOL.md §8.3). */
@Injectable()
export class AddMembers {
  constructor(
    private readonly transactions: GroupTransactions,
    private readonly select: SelectDevices,
  ) {}

  /** @throws AppError INVENTORY_GROUP_NOT_FOUND, INVENTORY_GROUP_KIND */
  async execute(principal: Principal, groupId: string, sent: NewMembers): Promise<MembersChanged> {
    const { origin, ...selection } = sent;
    const selected = await this.select.execute(selection, PUT_PARAMETER);
    return this.transactions.run(groupId, async (tx, group) => {
      if (origin === 'excluded' && group.kind !== 'dynamic') throw notDynamic('origin');
      const changed = await putDevices(tx, group, origin, selected);
      const action = origin === 'included' ? 'group.add-members' : 'group.exclude-members';
      auditMembers(tx, principal, action, group, selection, changed);
      return changed;
    });
  }
}
