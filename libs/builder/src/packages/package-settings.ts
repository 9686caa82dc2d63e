import { z } from 'zod';

/** Fragments of one package at the most: their list has to fit one message to the fragments program. */
export const MAX_FRAGMENTS = 10_000;
const MAX_TEXT = 2_000;
const MAX_COMMAND = 8_000;
/** Windows agents expand PATH into so many characters, COMMAND and NAME into one more (OCS-PROTOCOL.md §5.2). */
const WINDOWS_COMMAND_MAX = 254;
const WINDOWS_PATH_MAX = 259;
const VARIABLE = /%[^%]+%/;
const MIN_FRAGMENT_BYTES = 1024;

const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;
const CONTROL_OR_LINE_BREAK = /[\x00-\x1f\x7f]/;

const line = (max: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !CONTROL_OR_LINE_BREAK.test(text), 'must be one line without control characters')
    .refine((text) => text.trim() === text, 'must not begin or end with a blank');
const text = z
  .string()
  .max(MAX_TEXT)
  .refine((value) => !CONTROL.test(value), 'must not hold control characters');

const action = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('STORE'), path: line(1_000) }),
  z.strictObject({ kind: z.literal('EXECUTE'), command: line(MAX_COMMAND) }),
  z.strictObject({ kind: z.literal('LAUNCH'), name: line(MAX_COMMAND) }),
]);

const fragmentRule = z.union([
  z.strictObject({ count: z.int().min(1).max(MAX_FRAGMENTS) }),
  z.strictObject({ sizeBytes: z.int().min(MIN_FRAGMENT_BYTES) }),
]);

interface Limit {
  readonly field: string;
  readonly text: string;
  readonly max: number;
}

/** How long what the action names may be; null where agents do not mind. */
function windowsLimit(settings: {
  readonly operatingSystem: string;
  readonly action: z.output<typeof action>;
}): Limit | null {
  const { operatingSystem, action: act } = settings;
  if (operatingSystem !== 'windows') return null;
  switch (act.kind) {
    case 'STORE':
      return { field: 'path', text: act.path, max: WINDOWS_PATH_MAX };
    case 'EXECUTE':
      return { field: 'command', text: act.command, max: WINDOWS_COMMAND_MAX };
    case 'LAUNCH':
      return { field: 'name', text: act.name, max: WINDOWS_COMMAND_MAX };
  }
}

/** What an administrator says about a new package (OCS-PROTOCOL.md §5.2 has the meaning of each). */
export const createPackageSchema = z
  .strictObject({
    name: line(255),
    description: text.default(''),
    operatingSystem: z.enum(['windows', 'linux', 'macos']),
    /** For fragments only; info files always go by https. */
    protocol: z.enum(['HTTP', 'HTTPS']).default('HTTP'),
    /** 0 comes before all others and alone; 9 comes last. */
    priority: z.int().min(0).max(9).default(5),
    action,
    /** Tells the user of a Windows machine; `countdown` in seconds. */
    notify: z
      .strictObject({
        text,
        countdown: z.int().min(0).max(86_400).nullable().default(null),
        canAbort: z.boolean().default(false),
        canDelay: z.boolean().default(false),
      })
      .nullable()
      .default(null),
    /** A message box after the action, on Windows. */
    needDoneAction: z.strictObject({ text }).nullable().default(null),
    fragments: fragmentRule.default({ count: 1 }),
    /** False only for EXECUTE: a command without files. */
    hasArchive: z.boolean().default(true),
  })
  .superRefine((settings, context) => {
    const limit = windowsLimit(settings);
    if (limit === null || limit.text.length <= limit.max) return;
    const message = `must have at most ${limit.max} characters for Windows, whose agents cut what is longer; it has ${limit.text.length}`;
    context.addIssue({ code: 'custom', path: ['action', limit.field], message });
  })
  .refine((settings) => settings.hasArchive || settings.action.kind === 'EXECUTE', {
    path: ['hasArchive'],
    message: 'must be true unless the action is EXECUTE',
  });

export type CreatePackage = z.output<typeof createPackageSchema>;
export type OperatingSystem = CreatePackage['operatingSystem'];
export type PackageAction = CreatePackage['action'];
export type PackageNotice = NonNullable<CreatePackage['notify']>;
export type FragmentChoice = CreatePackage['fragments'];

/** What agents of the package's operating system will ignore or trip over, in words. */
export function settingsWarnings(settings: CreatePackage): string[] {
  const { operatingSystem, action: act } = settings;
  const warnings: string[] = [];
  const warnIf = (condition: boolean, warning: string): void => {
    if (condition) warnings.push(warning);
  };
  if (operatingSystem === 'windows') {
    const limit = windowsLimit(settings);
    warnIf(
      limit !== null && VARIABLE.test(limit.text),
      `action.${limit?.field}: Windows agents cut it after ${limit?.max} characters once its %VARIABLES% are filled in.`,
    );
  } else {
    warnIf(settings.notify !== null, 'notify: only Windows agents notify the user; others ignore it.');
    warnIf(
      settings.needDoneAction !== null,
      'needDoneAction: only Windows agents show it; others ignore it.',
    );
    warnIf(
      act.kind === 'LAUNCH' && (/^[^\s]*-/.exec(act.name) ?? null) !== null,
      'action.name: Unix agents end the file name at the first hyphen.',
    );
    warnIf(
      act.kind === 'LAUNCH',
      'action.name: Unix agents report SUCCESS_n for every exit code n, also when n says that it failed.',
    );
  }
  warnIf(
    settings.priority === 0,
    'priority 0 is handled before all other packages and alone; the others wait until it is done.',
  );
  return warnings;
}
