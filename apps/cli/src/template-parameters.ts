import { readFile } from 'node:fs/promises';
import type { Api, Page } from './api.js';
import { EXIT, Failure } from './failure.js';
import { plainText } from './table.js';

/** What a template makes a package of. */
export type Uploads = 'nothing' | 'file' | 'archive';

/** What is read of a template of the server's catalogue. */
export interface TemplateView {
  readonly name: string;
  readonly operatingSystem: string;
  readonly description: { readonly en: string };
  readonly uploads: Uploads;
  /** Uploads something else when this parameter is given. */
  readonly uploadsWith: { readonly parameter: string; readonly uploads: Uploads } | null;
  readonly parameters: readonly TemplateParameter[];
}

interface TemplateParameter {
  readonly name: string;
  readonly kind: string;
  readonly required: boolean;
}

/** How a template is given on the command line. */
export interface TemplateOptions {
  readonly template?: string;
  readonly param?: readonly string[];
}

/** A template with its parameters, as a package takes it. */
export interface FilledTemplate {
  readonly template: Readonly<Record<string, unknown>>;
  readonly uploads: Uploads;
}

/** All templates, or those of an operating system; the catalogue is not paged. */
export async function listTemplates(api: Api, operatingSystem?: string): Promise<readonly TemplateView[]> {
  return (await api.get<Page<TemplateView>>('/api/v1/package-templates', { operatingSystem })).items;
}

/**
 * The template that options name, with its parameters; null when they name none.
 * @throws Failure (usage) when parameters are given to none, or there is no such template or parameter
 */
export async function templateOf(
  api: Api,
  operatingSystem: string,
  { template, param = [] }: TemplateOptions,
): Promise<FilledTemplate | null> {
  if (template !== undefined) return fillTemplate(api, operatingSystem, template, param);
  if (param.length > 0) throw usage('--param is for the template that --template names.');
  return null;
}

/**
 * Fills a template with what was given as `name=value`. A list takes one value for each time that it is given, pairs are
 * written `name.key=value`, a switch takes true or false, and `@file` stands for the contents of a file in a script.
 * @throws Failure (usage) when there is no such template or parameter
 */
async function fillTemplate(
  api: Api,
  operatingSystem: string,
  name: string,
  given: readonly string[],
): Promise<FilledTemplate> {
  const found = (await listTemplates(api, operatingSystem)).find((item) => item.name === name);
  if (found === undefined)
    throw usage(
      `There is no template "${plainText(name)}" for ${operatingSystem}. "entrepot templates" lists them.`,
    );
  const template: Record<string, unknown> = { name };
  for (const text of given) await fill(template, found.parameters, text);
  const missing = found.parameters.find((one) => one.required && template[one.name] === undefined);
  if (missing !== undefined) throw usage(`Template ${name} needs --param ${missing.name}=…`);
  const { uploads, uploadsWith } = found;
  const instead = uploadsWith !== null && uploadIsReplaced(template[uploadsWith.parameter]);
  return { template, uploads: instead ? uploadsWith.uploads : uploads };
}

async function fill(
  template: Record<string, unknown>,
  parameters: readonly TemplateParameter[],
  text: string,
): Promise<void> {
  const [written, path = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (written === undefined) throw usage(`--param is written name=value, unlike "${plainText(text)}".`);
  const [name = '', key = ''] = split(path);
  const parameter = parameters.find((one) => one.name === name);
  if (parameter === undefined)
    throw usage(
      `There is no parameter "${plainText(name)}"; there are: ${parameters.map((one) => one.name).join(', ') || 'none'}.`,
    );
  const before = template[name];
  switch (parameter.kind) {
    case 'flag':
      if (value !== 'true' && value !== 'false') throw usage(`--param ${name} must be true or false.`);
      template[name] = value === 'true';
      return;
    case 'lines':
      template[name] = [...(Array.isArray(before) ? (before as unknown[]) : []), value];
      return;
    case 'pairs':
      if (key === '') throw usage(`--param ${name} is written ${name}.NAME=value.`);
      template[name] = { ...(before as Record<string, string> | undefined), [key]: value };
      return;
    case 'script':
      template[name] = value.startsWith('@') ? await readScript(value.slice(1)) : value;
      return;
    default:
      template[name] = value;
  }
}

function split(path: string): [string, string] {
  const dot = path.indexOf('.');
  return dot === -1 ? [path, ''] : [path.slice(0, dot), path.slice(dot + 1)];
}

function uploadIsReplaced(value: unknown): boolean {
  return value !== undefined && value !== false;
}

async function readScript(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw usage(`Cannot read ${file}: ${(error as Error).message}`);
  });
}

function usage(message: string): Failure {
  return new Failure(message, EXIT.usage);
}
