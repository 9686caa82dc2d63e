import { Injectable } from '@nestjs/common';
import type { Condition, Criteria, RowCriteria, SectionCondition } from './criteria.js';
import { dependenciesOf, type Dependencies } from './dependencies.js';
import { accountCondition, deliveryCondition, deviceCondition, groupCondition } from './device-condition.js';
import { ReadKnownValues, type KnownValues, type SectionLeaf } from './known-values.js';
import { MatchSoftware, type MatchedSoftware } from './match-software.js';
import { isEmptyOfSingle, questionsOf, sectionCondition } from './section-condition.js';
import { softwareCondition, softwareOfDevice, type Form } from './software-condition.js';
import { SqlParameters } from './sql-parameters.js';

export type { Dependencies } from './dependencies.js';

/**
 * For how many devices the condition will be asked: with `fleet` dictionaries are asked first so that indexes can
 * answer for all devices, with `few` every condition is decided on the device's own rows, which is cheaper for up to some
 * hundred devices (`d.id = ANY(…)`). Both mean exactly the same.
 */
export type CriteriaScope = 'fleet' | 'few';

/** A boolean expression over `device d`, never null; says nothing about `d.state` unless the criteria do. */
export interface SqlCondition {
  readonly condition: string;
  /** Values of the parameters in it, the first of which has the number that was asked for. */
  readonly parameters: readonly unknown[];
}

/** Criteria as SQL. */
export interface CompiledCriteria extends SqlCondition {
  readonly dependsOn: Dependencies;
}

/** Criteria of which the dictionaries have told what they know; can be written down in several forms. */
export interface ResolvedCriteria {
  /** @param firstParameter number of the first parameter */
  render(form: Form, firstParameter?: number): SqlCondition;
}

interface Found {
  readonly known: KnownValues;
  readonly software: ReadonlyMap<Condition, MatchedSoftware>;
}

interface AskedRow {
  readonly section: string;
  readonly row: RowCriteria;
  /** Whether it is asked that the device has no such row. */
  readonly absent: boolean;
}

/** Makes SQL of criteria: every value and every name is bound, none becomes part of the text. */
@Injectable()
export class CompileCriteria {
  constructor(
    private readonly values: ReadKnownValues,
    private readonly software: MatchSoftware,
  ) {}

  /**
   * @param firstParameter number of the first parameter, when the caller has some of its own before
   * @throws the driver's error when the dictionaries cannot be asked
   */
  async execute(
    criteria: Criteria,
    firstParameter = 1,
    scope: CriteriaScope = 'fleet',
  ): Promise<CompiledCriteria> {
    const dependsOn = dependenciesOf(criteria);
    const resolved = await this.resolve(criteria, scope);
    return { ...resolved.render('scan', firstParameter), dependsOn };
  }

  /** Asks the dictionaries what they know of the criteria, as of now. */
  async resolve(criteria: Criteria, scope: CriteriaScope = 'fleet'): Promise<ResolvedCriteria> {
    const rows = rowsAskedBy(criteria);
    const found: Found = scope === 'few' ? NOTHING_KNOWN : await this.ask(rows);
    return {
      render: (form, firstParameter = 1) => {
        const parameters = new SqlParameters(firstParameter);
        const condition = write(criteria, rows, found, form, parameters);
        return { condition, parameters: parameters.values };
      },
    };
  }

  private async ask(rows: RowsAsked): Promise<Found> {
    const questions: SectionLeaf[] = [];
    const software = new Map<Condition, MatchedSoftware>();
    for (const [condition, { section, row }] of rows) {
      if (section === 'SOFTWARES') software.set(condition, await this.software.execute(row));
      else questions.push(...questionsOf(section, row));
    }
    return { known: await this.values.execute(questions), software };
  }
}

type RowsAsked = ReadonlyMap<Condition, AskedRow>;

const NOTHING_KNOWN: Found = { known: new Map(), software: new Map() };

function rowsAskedBy(criteria: Criteria): RowsAsked {
  const rows = new Map<Condition, AskedRow>();
  for (const condition of conditionsOf(criteria)) {
    if ('section' in condition) rows.set(condition, askedRow(condition));
  }
  return rows;
}

/** Every condition, from left to right. */
export function conditionsOf(criteria: Criteria): Condition[] {
  if ('all' in criteria) return criteria.all.flatMap(conditionsOf);
  if ('any' in criteria) return criteria.any.flatMap(conditionsOf);
  if ('not' in criteria) return conditionsOf(criteria.not);
  return [criteria];
}

/** One made anew for each condition: what the dictionary says of a question is kept under it. */
function askedRow(condition: SectionCondition): AskedRow {
  if ('row' in condition) return { section: condition.section, row: condition.row, absent: false };
  const { section, field, ...test } = condition;
  if (test.operator === 'has-not') {
    return { section, row: { field, operator: 'like', value: test.value }, absent: true };
  }
  if (isEmptyOfSingle(section, { field, ...test })) {
    return { section, row: { field, operator: 'not-empty' }, absent: true };
  }
  return { section, row: { field, ...test }, absent: false };
}

function write(
  criteria: Criteria,
  rows: RowsAsked,
  found: Found,
  form: Form,
  parameters: SqlParameters,
): string {
  const writeOne = (one: Criteria): string => write(one, rows, found, form, parameters);
  if ('all' in criteria) return `(${criteria.all.map(writeOne).join(' AND ')})`;
  if ('any' in criteria) return `(${criteria.any.map(writeOne).join(' OR ')})`;
  if ('not' in criteria) return `(NOT ${writeOne(criteria.not)})`;
  if ('device' in criteria) return deviceCondition(criteria.device, criteria, parameters);
  if ('accountField' in criteria) return accountCondition(criteria.accountField, criteria, parameters);
  if ('group' in criteria) return groupCondition(criteria.group, criteria.operator, parameters);
  if ('package' in criteria) {
    return deliveryCondition(criteria.package, 'value' in criteria ? criteria.value : null, parameters);
  }
  const asked = rows.get(criteria);
  if (asked === undefined) throw new Error('A condition was not asked for');
  const matched = found.software.get(criteria);
  const has =
    asked.section !== 'SOFTWARES'
      ? sectionCondition(asked.section, asked.row, found.known, parameters)
      : matched === undefined
        ? softwareOfDevice(asked.row, parameters)
        : softwareCondition(asked.row, matched, form, parameters);
  return asked.absent ? `(NOT ${has})` : has;
}
