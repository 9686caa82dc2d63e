import type { Operand, Test } from './operators.js';
import { hasWildcard } from './like-pattern.js';

/** A text in the languages of the console. */
export interface Words {
  readonly en: string;
  readonly fr: string;
}

/** Says in words what is asked of a value, such as `is at least 16.0`. */
export function operatorWords(test: Test): Words {
  switch (test.operator) {
    case 'empty':
      return { en: 'is empty', fr: 'est vide' };
    case 'not-empty':
      return { en: 'is not empty', fr: 'n’est pas vide' };
    case 'equal':
      return withOperand('is', 'est', test.value);
    case 'not-equal':
      return withOperand('is not', 'n’est pas', test.value);
    case 'contains':
      return withOperand('contains', 'contient', test.value);
    case 'not-contains':
      return withOperand('does not contain', 'ne contient pas', test.value);
    case 'like':
      return hasWildcard(String(test.value))
        ? withOperand('has the form', 'a la forme', test.value)
        : withOperand('contains', 'contient', test.value);
    case 'greater':
      return withOperand('is greater than', 'est supérieur à', test.value);
    case 'less':
      return withOperand('is less than', 'est inférieur à', test.value);
    case 'at-least':
      return withOperand('is at least', 'est au moins', test.value);
    case 'at-most':
      return withOperand('is at most', 'est au plus', test.value);
    case 'between': {
      const [low, high] = [quoted(test.value[0]), quoted(test.value[1])];
      return {
        en: `is between ${low.en} and ${high.en}`,
        fr: `est entre ${low.fr} et ${high.fr}`,
      };
    }
    case 'in': {
      const list = test.value.map(quoted);
      return {
        en: `is one of ${list.map(({ en }) => en).join(', ')}`,
        fr: `est parmi ${list.map(({ fr }) => fr).join(', ')}`,
      };
    }
    case 'older-than-days':
      return {
        en: `is more than ${days(test.value, 'day')} ago`,
        fr: `date de plus de ${days(test.value, 'jour')}`,
      };
    case 'within-days':
      return {
        en: `is not more than ${days(test.value, 'day')} ago`,
        fr: `date de ${days(test.value, 'jour')} au plus`,
      };
  }
}

/** A text in the quotation marks of the language, a number as it is. */
export function quoted(operand: Operand): Words {
  if (typeof operand === 'number') return { en: String(operand), fr: String(operand) };
  return { en: `“${operand}”`, fr: `« ${operand} »` };
}

function withOperand(en: string, fr: string, operand: Operand): Words {
  const words = quoted(operand);
  return { en: `${en} ${words.en}`, fr: `${fr} ${words.fr}` };
}

function days(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
