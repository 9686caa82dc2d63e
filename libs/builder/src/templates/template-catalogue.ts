import type { OperatingSystem } from '../packages/package-settings.js';
import { TEMPLATE_PARAMETERS } from './template-parameters.js';
import { TEMPLATE_SYSTEMS, type TemplateName } from './template-schema.js';
import { TEMPLATE_TEXTS, type Text } from './template-texts.js';

export interface TemplateParameter {
  readonly name: string;
  /** `lines`: a list of texts; `pairs`: texts by name; `script`: a text of many lines. */
  readonly kind: 'text' | 'choice' | 'flag' | 'lines' | 'pairs' | 'script';
  readonly required: boolean;
  readonly default: string | boolean | readonly string[] | Readonly<Record<string, string>> | null;
  /** Of a choice. */
  readonly choices: readonly string[];
  readonly label: Text;
  readonly description: Text;
}

/** A template for one system, as a form shows it. */
export interface TemplateDescription {
  readonly name: TemplateName;
  readonly operatingSystem: OperatingSystem;
  readonly label: Text;
  readonly description: Text;
  /** What is sent to `upload.url`: one file that becomes an archive here, an archive, or nothing. */
  readonly uploads: 'nothing' | 'file' | 'archive';
  /** The parameter that changes `uploads` once it is given, and to what; null when nothing does. */
  readonly uploadsWith: { readonly parameter: string; readonly uploads: 'nothing' | 'file' } | null;
  readonly parameters: readonly TemplateParameter[];
}

const UPLOADS: Record<TemplateName, Pick<TemplateDescription, 'uploads' | 'uploadsWith'>> = {
  msi: { uploads: 'file', uploadsWith: null },
  exe: { uploads: 'file', uploadsWith: null },
  powershell: { uploads: 'file', uploadsWith: { parameter: 'script', uploads: 'nothing' } },
  batch: { uploads: 'file', uploadsWith: { parameter: 'script', uploads: 'nothing' } },
  uninstall: { uploads: 'nothing', uploadsWith: null },
  'deb-rpm': { uploads: 'file', uploadsWith: null },
  script: { uploads: 'file', uploadsWith: { parameter: 'script', uploads: 'nothing' } },
  pkg: { uploads: 'file', uploadsWith: null },
  brew: { uploads: 'nothing', uploadsWith: null },
  store: { uploads: 'archive', uploadsWith: { parameter: 'fileName', uploads: 'file' } },
};

/** Every template once for each system that knows it. */
export const TEMPLATE_CATALOGUE: readonly TemplateDescription[] = (
  Object.keys(TEMPLATE_SYSTEMS) as TemplateName[]
).flatMap((name) =>
  TEMPLATE_SYSTEMS[name].map((operatingSystem) => ({
    name,
    operatingSystem,
    ...TEMPLATE_TEXTS[name],
    ...UPLOADS[name],
    parameters: TEMPLATE_PARAMETERS[name],
  })),
);
