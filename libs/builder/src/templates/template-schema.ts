import { z } from 'zod';

const MAX_LINE = 1_000;
const MAX_SCRIPT = 256 * 1024;
const CONTROL = /[\x00-\x1f\x7f]/;
const CONTROL_IN_SCRIPT = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

const line = (max = MAX_LINE): z.ZodString =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !CONTROL.test(text), 'must be one line without control characters')
    .refine((text) => text.trim() === text, 'must not begin or end with a blank');

/** What is written after a command as it is, without quotes of ours. */
const switches = z
  .string()
  .max(MAX_LINE)
  .refine((text) => !CONTROL.test(text), 'must be one line without control characters')
  .default('');

/** Each is handed over as one word, whatever it holds. */
const scriptArguments = z.array(line()).max(50).default([]);

/** A script's text; without it, the upload is the script. */
const script = z
  .string()
  .min(1)
  .max(MAX_SCRIPT)
  .refine((text) => !CONTROL_IN_SCRIPT.test(text), 'must not hold control characters')
  .nullable()
  .default(null);

const property = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.]*$/, 'must be a name of letters, digits, _ and .');

/** The templates and their parameters; which of them a system knows is told by {@link TEMPLATE_SYSTEMS}. */
export const templateSchema = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('msi'),
    properties: z.record(property, z.string().max(MAX_LINE)).default({}),
    switches,
  }),
  z.strictObject({ name: z.literal('exe'), fileName: line(100).default('setup.exe'), switches }),
  z.strictObject({ name: z.literal('powershell'), script, arguments: scriptArguments }),
  z.strictObject({ name: z.literal('batch'), script, arguments: scriptArguments }),
  z
    .strictObject({
      name: z.literal('uninstall'),
      productCode: z
        .string()
        .regex(/^\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}$/, 'must be a GUID in braces')
        .nullable()
        .default(null),
      displayName: line(255).nullable().default(null),
      ignoreMissing: z.boolean().default(false),
    })
    .refine((template) => (template.productCode === null) !== (template.displayName === null), {
      path: ['productCode'],
      message: 'give either productCode or displayName',
    }),
  z.strictObject({ name: z.literal('deb-rpm'), format: z.enum(['deb', 'rpm']) }),
  z.strictObject({
    name: z.literal('script'),
    interpreter: z
      .string()
      .regex(/^[A-Za-z0-9/][A-Za-z0-9._/-]{0,99}$/, 'must be the name or path of a program')
      .default('sh'),
    script,
    arguments: scriptArguments,
  }),
  z.strictObject({ name: z.literal('pkg') }),
  z.strictObject({
    name: z.literal('brew'),
    operation: z.enum(['install', 'upgrade', 'uninstall']).default('install'),
    formula: z
      .string()
      .max(200)
      .regex(/^[A-Za-z0-9][A-Za-z0-9@._+/-]*$/, 'must be the name of a formula or cask'),
    cask: z.boolean().default(false),
  }),
  z.strictObject({
    name: z.literal('store'),
    path: line(),
    /** What the one uploaded file is called there; null: the upload is an archive. */
    fileName: line(200).nullable().default(null),
  }),
]);

export type PackageTemplate = z.output<typeof templateSchema>;
export type TemplateName = PackageTemplate['name'];
export type TemplateNamed<Name extends TemplateName> = Extract<PackageTemplate, { name: Name }>;

/** The systems whose agents can do what a template says. */
export const TEMPLATE_SYSTEMS = {
  msi: ['windows'],
  exe: ['windows'],
  powershell: ['windows'],
  batch: ['windows'],
  uninstall: ['windows'],
  'deb-rpm': ['linux'],
  script: ['linux', 'macos'],
  pkg: ['macos'],
  brew: ['macos'],
  store: ['windows', 'linux', 'macos'],
} as const satisfies Record<TemplateName, readonly ('windows' | 'linux' | 'macos')[]>;
