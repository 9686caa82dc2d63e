import { z } from 'zod';
import { templateSchema } from '../templates/template-schema.js';

/** Fragments of one package at the most: their list has to fit one message to the fragments program. */
export const MAX_FRAGMENTS = 10_000;
const MAX_TEXT = 2_000;
const MAX_COMMAND = 8_000;
/** Windows agents expand PATH into so many characters, COMMAND and NAME into one more (OCS-PROTOCOL.md §5.2). */
const WINDOWS_COMMAND_MAX = 254;
const WINDOWS_PATH_MAX = 259;
const MIN_FRAGMENT_BYTES = 1024;

const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;
const CONTROL_OR_LINE_BREAK = /[\x00-\x1f\x7f]/;
const WHOLE_CHARACTERS = 'must consist of whole characters';

const line = (max: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((value) => !CONTROL_OR_LINE_BREAK.test(value), 'must be one line without control characters')
    .refine((value) => value.isWellFormed(), WHOLE_CHARACTERS)
    .refine((value) => value.trim() === value, 'must not begin or end with a blank');
const text = z
  .string()
  .max(MAX_TEXT)
  .refine((value) => !CONTROL.test(value), 'must not hold control characters')
  .refine((value) => value.isWellFormed(), WHOLE_CHARACTERS);

export const packageAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('STORE'), path: line(1_000) }),
  z.strictObject({ kind: z.literal('EXECUTE'), command: line(MAX_COMMAND) }),
  z.strictObject({ kind: z.literal('LAUNCH'), name: line(MAX_COMMAND) }),
]);

const fragmentRule = z.union([
  z.strictObject({ count: z.int().min(1).max(MAX_FRAGMENTS) }),
  z.strictObject({ sizeBytes: z.int().min(MIN_FRAGMENT_BYTES) }),
]);

const notice = z.strictObject({
  text,
  countdown: z.int().min(0).max(86_400).nullable().default(null),
  canAbort: z.boolean().default(false),
  canDelay: z.boolean().default(false),
});

/** What all versions of a package have in common. */
const identity = { name: line(255), operatingSystem: z.enum(['windows', 'linux', 'macos']) };

/** What may differ between versions (OCS-PROTOCOL.md §5.2 has the meaning of each). */
const settings = {
  description: text,
  /** For fragments only; info files always go by https. */
  protocol: z.enum(['HTTP', 'HTTPS']),
  /** 0 comes before all others and alone; 9 comes last. */
  priority: z.int().min(0).max(9),
  action: packageAction,
  /** False only for EXECUTE: a command without files. */
  hasArchive: z.boolean(),
  /** Tells the user of a Windows machine; `countdown` in seconds. */
  notify: notice.nullable(),
  /** A message box after the action, on Windows. */
  needDoneAction: z.strictObject({ text }).nullable(),
  fragments: fragmentRule,
};

/** The settings of a package as they are kept. */
export const settingsShape = { ...identity, ...settings };

/** What an administrator says about a new package: what agents shall do either as it is or by a template. */
export const createPackageSchema = z
  .strictObject({
    ...identity,
    description: settings.description.default(''),
    protocol: settings.protocol.default('HTTP'),
    priority: settings.priority.default(5),
    action: settings.action.optional(),
    template: templateSchema.optional(),
    hasArchive: settings.hasArchive.optional(),
    notify: settings.notify.default(null),
    needDoneAction: settings.needDoneAction.default(null),
    fragments: settings.fragments.default({ count: 1 }),
  })
  .superRefine(checkAction);

/** What is to be different in a new version; name and operating system stay. */
export const newVersionSchema = z.strictObject({ ...settings, template: templateSchema }).partial();

export type CreatePackage = z.output<typeof createPackageSchema>;
export type NewVersion = z.output<typeof newVersionSchema>;
export type OperatingSystem = CreatePackage['operatingSystem'];
export type PackageAction = z.output<typeof packageAction>;
export type PackageNotice = z.output<typeof notice>;
export type FragmentChoice = CreatePackage['fragments'];

/** How long a text of the action may be once its variables are filled in. */
export interface ActionLimit {
  readonly field: 'path' | 'command' | 'name';
  readonly text: string;
  readonly max: number;
}

/** How long what the action names may be; null where agents do not mind. */
export function actionLimit(operatingSystem: OperatingSystem, action: PackageAction): ActionLimit | null {
  if (operatingSystem !== 'windows') return null;
  switch (action.kind) {
    case 'STORE':
      return { field: 'path', text: action.path, max: WINDOWS_PATH_MAX };
    case 'EXECUTE':
      return { field: 'command', text: action.command, max: WINDOWS_COMMAND_MAX };
    case 'LAUNCH':
      return { field: 'name', text: action.name, max: WINDOWS_COMMAND_MAX };
  }
}

interface GivenAction {
  readonly operatingSystem: OperatingSystem;
  readonly action?: PackageAction | undefined;
  readonly template?: unknown;
  readonly hasArchive?: boolean | undefined;
}

function checkAction(given: GivenAction, context: z.core.$RefinementCtx): void {
  const { operatingSystem, action, template, hasArchive } = given;
  const refuse = (path: string[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });
  if ((action === undefined) === (template === undefined))
    refuse(['action'], 'give either an action or a template');
  if (template !== undefined && hasArchive !== undefined)
    refuse(['hasArchive'], 'is known from the template: leave it out');
  if (action === undefined) return;
  if (hasArchive === false && action.kind !== 'EXECUTE')
    refuse(['hasArchive'], 'must be true unless the action is EXECUTE');
  const limit = actionLimit(operatingSystem, action);
  if (limit !== null && limit.text.length > limit.max)
    refuse(
      ['action', limit.field],
      `must have at most ${limit.max} characters for Windows, whose agents cut what is longer; it has ${limit.text.length}`,
    );
}
