import { EXIT, Failure } from './failure.js';

export const ACTIONS = ['store', 'execute', 'launch'] as const;
type ActionName = (typeof ACTIONS)[number];

/** The options of `package create` that describe the package. */
export interface PackageOptions {
  readonly name: string;
  readonly description?: string;
  readonly os: string;
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

/** Which option each action needs. */
const NEEDED = { store: 'path', execute: 'command', launch: 'launch' } as const;

/**
 * Makes the body of POST /api/v1/packages.
 * @throws Failure (usage) when options do not go together
 */
export function packageRequest(options: PackageOptions): Readonly<Record<string, unknown>> {
  const { name, description, os, priority, protocol } = options;
  const action = requestedAction(options);
  if (options.file === undefined && action.kind !== 'EXECUTE')
    throw usage('--file is missing; only --action execute does without an archive.');
  if (options.fragments !== undefined && options.fragmentSize !== undefined)
    throw usage('Give --fragments or --fragment-size, not both.');
  return {
    name,
    operatingSystem: os,
    action,
    ...(description !== undefined && { description }),
    ...(priority !== undefined && { priority }),
    ...(protocol !== undefined && { protocol: protocol.toUpperCase() }),
    ...(options.fragments !== undefined && { fragments: { count: options.fragments } }),
    ...(options.fragmentSize !== undefined && { fragments: { sizeBytes: options.fragmentSize } }),
    ...(options.file === undefined && { hasArchive: false }),
  };
}

function requestedAction(options: PackageOptions): {
  kind: string;
  path?: string;
  command?: string;
  name?: string;
} {
  const given = ACTIONS.filter((action) => options[NEEDED[action]] !== undefined);
  const action = options.action ?? (given.length === 1 ? given[0] : undefined);
  if (action === undefined) throw usage('Say what to do with the package: --path, --command or --launch.');
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
