import { storableText } from '../storable-text.js';
import { containsPattern, wildcardPattern } from './like-pattern.js';
import type { Operand, Test } from './operators.js';
import type { SqlParameters } from './sql-parameters.js';

/** A value in SQL, as its tests need it. */
export interface ValueExpression {
  /** As text; null when there is none. */
  readonly text: string;
  /** As a number, when it is nothing else. */
  readonly number?: string;
  /** As the numbers of a dotted version (`software.version_order`), when it is one. */
  readonly version?: string;
}

const MAX_OPERAND = 1_024;
const NUMBER = /^\s*[+-]?\d{1,30}(?:\.\d{1,30})?\s*$/;
const VERSION = /^\s*\d+(?:\.\d+){2,15}\s*$/;
const COMPARISONS = { greater: '>', less: '<', 'at-least': '>=', 'at-most': '<=' } as const;

/** A boolean expression that tells whether the value passes; never null. */
export function valueTest(value: ValueExpression, test: Test, parameters: SqlParameters): string {
  switch (test.operator) {
    case 'empty':
      return `(btrim(coalesce(${value.text}, '')) = '')`;
    case 'not-empty':
      return `(btrim(coalesce(${value.text}, '')) <> '')`;
    case 'equal':
      return isEqual(value, test.value, parameters);
    case 'not-equal':
      return `(NOT ${isEqual(value, test.value, parameters)})`;
    case 'contains':
      return isLike(value, containsPattern(String(test.value)), parameters);
    case 'not-contains':
      return `(NOT ${isLike(value, containsPattern(String(test.value)), parameters)})`;
    case 'like':
      return isLike(value, wildcardPattern(String(test.value)), parameters);
    case 'greater':
    case 'less':
    case 'at-least':
    case 'at-most':
      return compares(value, COMPARISONS[test.operator], test.value, parameters);
    case 'between': {
      const [low, high] = test.value;
      return `(${compares(value, '>=', low, parameters)} AND ${compares(value, '<=', high, parameters)})`;
    }
    case 'in':
      return `(${test.value.map((one) => isEqual(value, one, parameters)).join(' OR ')})`;
    case 'older-than-days':
      return isOfAge(value, '<', test.value, parameters);
    case 'within-days':
      return isOfAge(value, '>=', test.value, parameters);
  }
}

function isEqual(value: ValueExpression, operand: Operand, parameters: SqlParameters): string {
  const number = numberOf(value, operand);
  if (number !== null) return `((${numeric(value)} = ${parameters.add(number)}::numeric) IS TRUE)`;
  return `(lower(coalesce(${value.text}, '')) = lower(${bindText(operand, parameters)}))`;
}

function isLike(value: ValueExpression, pattern: string, parameters: SqlParameters): string {
  return `((lower(${value.text}) LIKE lower(${bindText(pattern, parameters)})) IS TRUE)`;
}

function compares(
  value: ValueExpression,
  operator: string,
  operand: Operand,
  parameters: SqlParameters,
): string {
  if (value.version !== undefined || (typeof operand === 'string' && VERSION.test(operand))) {
    const version = value.version ?? `version_order(${value.text})`;
    const other = `coalesce(version_order(${bindText(operand, parameters)}), '{}')`;
    return `((${version} <> '{}' AND ${version} ${operator} ${other}) IS TRUE)`;
  }
  const number =
    typeof operand === 'string' && NUMBER.test(operand) ? operand.trim() : numberOf(value, operand);
  if (number !== null) return `((${numeric(value)} ${operator} ${parameters.add(number)}::numeric) IS TRUE)`;
  const text = bindText(operand, parameters);
  return `((lower(${value.text}) COLLATE "C" ${operator} lower(${text})) IS TRUE)`;
}

/** Dates of inventories are texts that begin with YYYY-MM-DD; what does not is of no age. */
function isOfAge(value: ValueExpression, operator: string, days: number, parameters: SqlParameters): string {
  const bound = `to_char(now() AT TIME ZONE 'UTC' - make_interval(days => ${parameters.add(days)}::int), 'YYYY-MM-DD HH24:MI:SS')`;
  return `((${value.text} ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' AND ${value.text} COLLATE "C" ${operator} ${bound}) IS TRUE)`;
}

/** The operand as a number, in text; null when the comparison is one of texts. */
function numberOf(value: ValueExpression, operand: Operand): string | null {
  if (typeof operand === 'number') return String(operand);
  return value.number !== undefined && NUMBER.test(operand) ? operand.trim() : null;
}

function numeric(value: ValueExpression): string {
  return value.number ?? `number_of(${value.text})`;
}

function bindText(operand: Operand, parameters: SqlParameters): string {
  return `${parameters.add(storableText(String(operand), MAX_OPERAND))}::text`;
}
