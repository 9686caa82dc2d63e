import { changeRecorded, evaluateGroupJob } from '@entrepot/contracts';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { dependenciesOf } from '../search/dependencies.js';
import { EvaluateNewDefinition } from './evaluate-new-definition.js';
import type { GroupChange } from './group-bodies.js';
import { checkReferences } from './group-references.js';
import { GroupTransactions } from './group-transactions.js';
import type { GroupDetails } from './group-view.js';
import { notDynamic, type Group } from './group.js';
import { refuseTakenName } from './refuse-taken-name.js';
import { ShowGroup } from './show-group.js';

/** Renames, describes or redefines a group; after a new definition its members are those of the answer. */
@Injectable()
export class ChangeGroup {
  constructor(
    private readonly transactions: GroupTransactions,
    private readonly evaluateNew: EvaluateNewDefinition,
    private readonly show: ShowGroup,
  ) {}

  /**
   * @throws AppError INVENTORY_GROUP_NOT_FOUND, INVENTORY_GROUP_NAME_TAKEN, INVENTORY_GROUP_CYCLE, INVENTORY_GROUP_KIND
   * (criteria for a group that is not dynamic)
   */
  async execute(principal: Principal, groupId: string, change: GroupChange): Promise<GroupDetails> {
    const { criteria } = change;
    const refersTo = criteria === undefined ? [] : [...dependenciesOf(criteria).groups];
    await refuseTakenName(change.name ?? '', () =>
      this.transactions.runDefining(groupId, (tx, group) =>
        this.store(tx, principal, group, change, refersTo),
      ),
    );
    if (criteria !== undefined) await this.evaluateNew.execute(groupId);
    return this.show.execute(groupId);
  }

  private async store(
    tx: Transaction,
    principal: Principal,
    group: Group,
    change: GroupChange,
    refersTo: readonly string[],
  ): Promise<void> {
    const { name = group.name, description = group.description, criteria } = change;
    await tx.manager.query('UPDATE device_group SET name = $2, description = $3 WHERE id = $1', [
      group.id,
      name,
      description,
    ]);
    if (criteria !== undefined) {
      if (group.kind !== 'dynamic') throw notDynamic('criteria');
      await checkReferences(tx.manager, group.id, refersTo);
      await tx.manager.query(
        `UPDATE device_group SET criteria = $2, refers_to = $3, definition_changed_at = clock_timestamp()
         WHERE id = $1`,
        [group.id, JSON.stringify(criteria), refersTo],
      );
      tx.publish(evaluateGroupJob, { groupId: group.id, cause: 'definition' }, group.id);
    }
    const detail = {
      ...(change.name !== undefined && { name, 'name.before': group.name }),
      ...(change.description !== undefined && { description, 'description.before': group.description }),
      ...(criteria !== undefined && {
        criteria: JSON.stringify(criteria),
        'criteria.before': JSON.stringify(group.criteria),
      }),
    };
    const audit = auditChange(principal, 'inventory', 'group.change', 'group', group.id, detail);
    tx.publish(changeRecorded, audit, group.id);
  }
}
