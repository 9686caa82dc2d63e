import { AppError } from '@entrepot/kernel';
import { ERRORS } from '../errors.js';

/** @returns what tells that a value of a template cannot be used, `field` being its path below the template */
export function templateProblem(field: string, reason: string): AppError {
  return new AppError(ERRORS.BUILDER_TEMPLATE_INVALID, `template.${field}: ${reason}`, {
    field: `template.${field}`,
  });
}

/** Without `= , ;`, at which batch files take a word apart. */
const PLAIN_ON_WINDOWS = /^[A-Za-z0-9_.:\\/+@-]+$/;
/** Windows agents run `cmd.exe /c <command>` and expand variables themselves before that. */
const NEVER_QUOTED_ON_WINDOWS = /["%\x00-\x1f\x7f]/;

/**
 * One word of a command for cmd.exe, which keeps everything between quotes but variables and quotes.
 * @throws AppError BUILDER_TEMPLATE_INVALID for a text that no quotes can protect
 */
export function cmdWord(field: string, text: string): string {
  if (NEVER_QUOTED_ON_WINDOWS.test(text))
    throw templateProblem(field, 'quotes and percent signs cannot be passed on unchanged by cmd.exe');
  return PLAIN_ON_WINDOWS.test(text) ? text : `"${text}"`;
}

/** As {@link cmdWord}, for programs that read their command line as C programs do: `\"` would not end the word. */
export function cmdArgument(field: string, text: string): string {
  const word = cmdWord(field, text);
  return word.startsWith('"') ? word.replace(/(\\+)"$/, '$1$1"') : word;
}

/** A command that begins with a quote needs another pair around it: `cmd /c` takes the outer ones away. */
export function cmdCommand(...words: readonly string[]): string {
  const command = words.filter((word) => word !== '').join(' ');
  return command.startsWith('"') ? `"${command}"` : command;
}

/** Every sign that PowerShell takes for a single quote. */
const POWERSHELL_QUOTES = /['\u2018\u2019\u201a\u201b]/g;

/** A text as a literal of PowerShell: nothing in it is expanded. */
export function powershellLiteral(text: string): string {
  return `'${text.replace(POWERSHELL_QUOTES, '$&$&')}'`;
}

const PLAIN_IN_SH = /^[A-Za-z0-9_.,:/=+@-]+$/;

/** One word of a command for sh. */
export function shWord(text: string): string {
  return PLAIN_IN_SH.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
