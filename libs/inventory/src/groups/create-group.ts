import { changeRecorded, evaluateGroupJob } from '@entrepot/contracts';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox, type Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Criteria } from '../search/criteria.js';
import { dependenciesOf } from '../search/dependencies.js';
import { EvaluateNewDefinition } from './evaluate-new-definition.js';
import type { NewGroup } from './group-bodies.js';
import { checkReferences } from './group-references.js';
import type { GroupDetails } from './group-view.js';
import { SelectDevices, type SelectedDevices } from './group-selection.js';
import { lockDefinitions, lockGroup, type GroupKind } from './group.js';
import { PUT_PARAMETER, putDevices } from './put-devices.js';
import { refuseTakenName } from './refuse-taken-name.js';
import { ShowGroup } from './show-group.js';

interface NewRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly kind: GroupKind;
  readonly criteria: Criteria | null;
  readonly refersTo: readonly string[];
}

/** Makes a group; a static one has its first members with it, a dynamic one is evaluated before the answer. */
@Injectable()
export class CreateGroup {
  constructor(
    private readonly outbox: Outbox,
    private readonly select: SelectDevices,
    private readonly evaluateNew: EvaluateNewDefinition,
    private readonly show: ShowGroup,
  ) {}

  /** @throws AppError INVENTORY_GROUP_NAME_TAKEN, INVENTORY_GROUP_NOT_FOUND (in the criteria) */
  async execute(principal: Principal, sent: NewGroup): Promise<GroupDetails> {
    const { name, description, kind } = sent;
    const id = uuidv7();
    const criteria = kind === 'dynamic' ? (sent.criteria ?? sent.search ?? null) : null;
    const refersTo = criteria === null ? [] : [...dependenciesOf(criteria).groups];
    const group: NewRow = { id, name, description, kind, criteria, refersTo };
    const first = kind === 'dynamic' ? null : await this.select.execute(sent, PUT_PARAMETER);
    await refuseTakenName(name, () =>
      this.outbox.transaction((tx) => this.store(tx, principal, group, first)),
    );
    if (kind === 'dynamic') await this.evaluateNew.execute(id);
    return this.show.execute(id);
  }

  private async store(
    tx: Transaction,
    principal: Principal,
    row: NewRow,
    first: SelectedDevices | null,
  ): Promise<void> {
    await lockDefinitions(tx.manager);
    await checkReferences(tx.manager, row.id, row.refersTo);
    await tx.manager.query(INSERT, [
      ...[row.id, row.name, row.description, row.kind],
      ...[row.criteria && JSON.stringify(row.criteria), row.refersTo, principal.name],
    ]);
    if (row.kind === 'dynamic')
      tx.publish(evaluateGroupJob, { groupId: row.id, cause: 'definition' }, row.id);
    const group = await lockGroup(tx.manager, row.id);
    const members = group && first && (await putDevices(tx, group, 'included', first));
    const { name, description, kind } = row;
    const detail = { name, description, kind, ...(members && { devices: members.added }) };
    tx.publish(
      changeRecorded,
      auditChange(principal, 'inventory', 'group.create', 'group', row.id, detail),
      row.id,
    );
  }
}

const INSERT = `
  INSERT INTO device_group
    (id, name, description, kind, criteria, refers_to, created_at, created_by, definition_changed_at)
  VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp(), $7, clock_timestamp())`;
