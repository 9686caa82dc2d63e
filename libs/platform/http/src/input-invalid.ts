import type { ZodError, core } from 'zod';
import { AppError } from '@entrepot/kernel';
import { HTTP_ERRORS } from './errors.js';

const MAX_ISSUES = 5;

/**
 * Turns what zod found into HTTP_INPUT_INVALID: the message tells up to five fields with their rules, `field` is the
 * first of them. Values are not repeated.
 * @param whole what the input is called when the rule is about all of it (`body`, `query` or a parameter's name)
 */
export function inputInvalid(error: ZodError, whole = 'input'): AppError {
  const told = error.issues.slice(0, MAX_ISSUES).map((issue) => `${fieldOf(issue, whole)}: ${issue.message}`);
  const left = error.issues.length - told.length;
  if (left > 0) told.push(`and ${left} more`);
  const [first] = error.issues;
  return new AppError(
    HTTP_ERRORS.HTTP_INPUT_INVALID,
    told.join('; '),
    { field: first ? fieldOf(first, whole) : whole },
    { cause: error },
  );
}

function fieldOf(issue: core.$ZodIssue, whole: string): string {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys' && issue.keys[0] !== undefined) path.push(issue.keys[0]);
  return path.length > 0 ? path.join('.') : whole;
}
