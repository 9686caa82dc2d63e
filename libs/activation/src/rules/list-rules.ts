import { AppError, Clock, type PackageId } from '@entrepot/kernel';
import { beforeId, idPage, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ERRORS } from '../errors.js';
import type { AssignmentRuleId } from './assignment-rule.js';
import { RuleQueries, type ListedRule } from './rule.queries.js';
import type { RuleView } from './rule.schemas.js';

/** Shows the rules that are in force, with what became of what they gave. */
@Injectable()
export class ListRules {
  constructor(
    private readonly database: DataSource,
    private readonly rules: RuleQueries,
    private readonly clock: Clock,
  ) {}

  async execute(
    query: PageQuery & { readonly packageId?: PackageId; readonly targetId?: string },
  ): Promise<Page<RuleView>> {
    const filter = { packageId: query.packageId ?? null, targetId: query.targetId ?? null, ruleId: null };
    const { manager } = this.database;
    const rows = await this.rules.list(manager, filter, {
      beforeId: beforeId<AssignmentRuleId>(query),
      limit: query.limit + 1,
      now: this.clock.now(),
    });
    return idPage(rows.map(toView), query.limit, await this.rules.count(manager, filter));
  }

  /** @throws AppError ACTIVATION_RULE_NOT_FOUND also when it, or its activation, was withdrawn */
  async one(ruleId: AssignmentRuleId): Promise<RuleView> {
    const [found] = await this.rules.list(
      this.database.manager,
      { packageId: null, targetId: null, ruleId },
      { beforeId: null, limit: 1, now: this.clock.now() },
    );
    if (found === undefined) throw ruleNotFound(ruleId);
    return toView(found);
  }
}

export function ruleNotFound(ruleId: AssignmentRuleId): AppError {
  return new AppError(ERRORS.ACTIVATION_RULE_NOT_FOUND, `There is no assignment rule ${ruleId}.`);
}

function toView({
  ruleId,
  createdAt,
  settledAt,
  waiting,
  notified,
  succeeded,
  failed,
  ...rest
}: ListedRule): RuleView {
  return {
    id: ruleId,
    ...rest,
    createdAt: createdAt.toISOString(),
    settledAt: settledAt?.toISOString() ?? null,
    counts: { waiting, notified, succeeded, failed },
  };
}
