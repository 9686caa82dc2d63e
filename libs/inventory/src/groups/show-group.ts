import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Criteria } from '../search/criteria.js';
import { dependenciesOf } from '../search/dependencies.js';
import { describeCriteria } from '../search/describe-criteria.js';
import type { GroupDetails } from './group-view.js';
import { groupNotFound, type GroupKind } from './group.js';
import { COUNTS } from './member-counts.js';

interface DetailsRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly kind: GroupKind;
  readonly criteria: Criteria | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly definitionChangedAt: Date;
  readonly evaluatedAt: Date | null;
  readonly matched: number;
  readonly included: number;
  readonly excluded: number;
  readonly overrides: number;
  readonly usedBy: GroupDetails['usedBy'];
}

/** Answers all that is known of a group but its members. */
@Injectable()
export class ShowGroup {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError INVENTORY_GROUP_NOT_FOUND */
  async execute(groupId: string): Promise<GroupDetails> {
    const [row]: DetailsRow[] = await this.database.query(DETAILS, [groupId]);
    if (row === undefined) throw groupNotFound(groupId);
    const { matched, included, excluded, createdAt, definitionChangedAt, evaluatedAt, criteria, ...rest } =
      row;
    return {
      ...rest,
      criteria: criteria as Record<string, unknown> | null,
      words: criteria && (await this.wordsOf(criteria)),
      createdAt: createdAt.toISOString(),
      definitionChangedAt: definitionChangedAt.toISOString(),
      evaluatedAt: evaluatedAt?.toISOString() ?? null,
      members: matched + included,
      counts: { matched, included, excluded },
    };
  }

  private async wordsOf(criteria: Criteria): Promise<GroupDetails['words']> {
    const ids = [...dependenciesOf(criteria).groups];
    const rows: { id: string; name: string }[] =
      ids.length === 0
        ? []
        : await this.database.query('SELECT id, name FROM device_group WHERE id = ANY($1::uuid[])', [ids]);
    return describeCriteria(criteria, { groups: new Map(rows.map(({ id, name }) => [id, name])) });
  }
}

const DETAILS = `
  SELECT g.id, g.name, g.description, g.kind, g.criteria, g.created_at AS "createdAt", g.created_by AS "createdBy",
    g.definition_changed_at AS "definitionChangedAt", g.evaluated_at AS "evaluatedAt",
    c.matched, c.included, c.excluded,
    (SELECT count(*)::int FROM group_setting s WHERE s.group_id = g.id) AS overrides,
    (SELECT coalesce(json_agg(json_build_object('id', u.id, 'name', u.name) ORDER BY lower(u.name)), '[]')
       FROM device_group u WHERE u.refers_to @> ARRAY[g.id]) AS "usedBy"
  FROM device_group g CROSS JOIN LATERAL (${COUNTS}) c
  WHERE g.id = $1`;
