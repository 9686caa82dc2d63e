/** A text or a number that values are compared with; numbers compare numerically, texts without regard to case. */
export type Operand = string | number;

/** Operators by the operand they take. */
export const OPERATORS = {
  none: ['empty', 'not-empty'],
  one: [
    ...['equal', 'not-equal', 'contains', 'not-contains', 'like'],
    ...['greater', 'less', 'at-least', 'at-most'],
  ],
  pair: ['between'],
  list: ['in'],
  days: ['older-than-days', 'within-days'],
} as const;

export type OneOperator = (typeof OPERATORS.one)[number];

/** What is asked of a value. */
export type Test =
  | { readonly operator: (typeof OPERATORS.none)[number] }
  | { readonly operator: OneOperator; readonly value: Operand }
  | { readonly operator: 'between'; readonly value: readonly [Operand, Operand] }
  | { readonly operator: 'in'; readonly value: readonly Operand[] }
  | { readonly operator: (typeof OPERATORS.days)[number]; readonly value: number };

/** No row has a value that contains the operand (OCS-PROTOCOL.md §8.4, DOESNTCONTAIN); not for a row by itself. */
export interface AbsenceTest {
  readonly operator: 'has-not';
  readonly value: Operand;
}
