import { EXIT, Failure } from './failure.js';
import type { FilledTemplate } from './template-parameters.js';

export const ACTIONS = ['store', 'execute', 'launch'] as const;
type ActionName = (typeof ACTIONS)[number];

/** The options that describe what may differ between versions of a package. */
export interface VersionOptions {
  readonly description?: string;
  readonly file?: string;
  readonly action?: ActionName;
  readonly path?: string;
  readonly command?: string;
  readonly launch?: string;
  readonly priority?: number;
  readonly protocol?: string;
  readonly fragments?: number;
  readonly fragmentSize?: number;
}

/** The options of `package create` that describe the package. */
export interface PackageOptions extends VersionOptions {
  readonly name: string;
  readonly os: string;
}

type Body = Readonly<Record<string, unknown>>;

/** Which option each action needs. */
const NEEDED = { store: 'path', execute: 'command', launch: 'launch' } as const;

/**
 * Makes the body of POST /api/v1/packages.
 * @param filled the template that stands in for an action; null without one
 * @throws Failure (usage) when options do not go together
 */
export function packageRequest(options: PackageOptions, filled: FilledTemplate | null = null): Body {
  const { name, os } = options;
  const body = { name, operatingSystem: os, ...settingsOf(options) };
  if (filled !== null) {
    refuseAction(options);
    checkFile(options, filled);
    return { ...body, template: filled.template };
  }
  const action = requestedAction(options);
  if (options.file === undefined && action.kind !== 'EXECUTE')
    throw usage('--file is missing; only --action execute does without an archive.');
  return { ...body, action, ...(options.file === undefined && { hasArchive: false }) };
}

/**
 * Makes the body of POST /api/v1/packages/{id}/versions: what is given is to be different.
 * @throws Failure (usage) when options do not go together
 */
export function versionRequest(options: VersionOptions, filled: FilledTemplate | null = null): Body {
  if (filled === null)
    return { ...settingsOf(options), ...(hasAction(options) && { action: requestedAction(options) }) };
  refuseAction(options);
  checkFile(options, filled);
  return { ...settingsOf(options), template: filled.template };
}

function settingsOf(options: VersionOptions): Body {
  const { description, priority, protocol, fragments, fragmentSize } = options;
  if (fragments !== undefined && fragmentSize !== undefined)
    throw usage('Give --fragments or --fragment-size, not both.');
  return {
    ...(description !== undefined && { description }),
    ...(priority !== undefined && { priority }),
    ...(protocol !== undefined && { protocol: protocol.toUpperCase() }),
    ...(fragments !== undefined && { fragments: { count: fragments } }),
    ...(fragmentSize !== undefined && { fragments: { sizeBytes: fragmentSize } }),
  };
}

function hasAction(options: VersionOptions): boolean {
  return options.action !== undefined || ACTIONS.some((action) => options[NEEDED[action]] !== undefined);
}

function refuseAction(options: VersionOptions): void {
  if (hasAction(options))
    throw usage('--template says what agents do: --action and its options do not go with it.');
}

function checkFile({ file }: VersionOptions, { uploads }: FilledTemplate): void {
  if (uploads === 'nothing' && file !== undefined)
    throw usage('--file does not go with what this template is given.');
  if (uploads !== 'nothing' && file === undefined)
    throw usage(`--file is missing: this template needs ${what(uploads)}.`);
}

function what(uploads: FilledTemplate['uploads']): string {
  return uploads === 'archive' ? 'an archive' : 'a file';
}

function requestedAction(options: VersionOptions): {
  kind: string;
  path?: string;
  command?: string;
  name?: string;
} {
  const given = ACTIONS.filter((action) => options[NEEDED[action]] !== undefined);
  const action = options.action ?? (given.length === 1 ? given[0] : undefined);
  if (action === undefined)
    throw usage('Say what to do with the package: --path, --command, --launch or --template.');
  const value = options[NEEDED[action]];
  if (value === undefined) throw usage(`--action ${action} needs --${NEEDED[action]}.`);
  const stray = given.find((other) => other !== action);
  if (stray !== undefined) throw usage(`--${NEEDED[stray]} does not go with --action ${action}.`);
  switch (action) {
    case 'store':
      return { kind: 'STORE', path: value };
    case 'execute':
      return { kind: 'EXECUTE', command: value };
    case 'launch':
      return { kind: 'LAUNCH', name: value };
  }
}

function usage(message: string): Failure {
  return new Failure(message, EXIT.usage);
}
