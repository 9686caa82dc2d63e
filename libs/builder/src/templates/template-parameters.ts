import type { TemplateParameter } from './template-catalogue.js';
import type { TemplateName } from './template-schema.js';

const optional = { required: false, choices: [] } as const;
const required = { required: true, default: null, choices: [] } as const;

const SWITCHES: TemplateParameter = {
  ...optional,
  name: 'switches',
  kind: 'text',
  default: '',
  label: { en: 'Switches', fr: 'Options' },
  description: {
    en: 'Written after the command as they are, such as /S.',
    fr: 'Écrites telles quelles après la commande, par exemple /S.',
  },
};

const ARGUMENTS: TemplateParameter = {
  ...optional,
  name: 'arguments',
  kind: 'lines',
  default: [],
  label: { en: 'Arguments', fr: 'Arguments' },
  description: {
    en: 'One for each line; blanks and signs reach the script unchanged.',
    fr: 'Un par ligne ; espaces et signes parviennent inchangés au script.',
  },
};

const SCRIPT: TemplateParameter = {
  ...optional,
  name: 'script',
  kind: 'script',
  default: null,
  label: { en: 'Script', fr: 'Script' },
  description: {
    en: 'Its text; when it is left out, the uploaded file is the script.',
    fr: 'Son texte ; s’il est omis, le fichier envoyé est le script.',
  },
};

const flag = (name: string, label: TemplateParameter['label'], description = label): TemplateParameter => ({
  ...optional,
  name,
  kind: 'flag',
  default: false,
  label,
  description,
});

export const TEMPLATE_PARAMETERS: Record<TemplateName, readonly TemplateParameter[]> = {
  msi: [
    {
      ...optional,
      name: 'properties',
      kind: 'pairs',
      default: {},
      label: { en: 'Properties', fr: 'Propriétés' },
      description: {
        en: 'Such as INSTALLDIR; the values are quoted.',
        fr: 'Par exemple INSTALLDIR ; les valeurs sont mises entre guillemets.',
      },
    },
    SWITCHES,
  ],
  exe: [
    {
      ...optional,
      name: 'fileName',
      kind: 'text',
      default: 'setup.exe',
      label: { en: 'File name', fr: 'Nom du fichier' },
      description: {
        en: 'What the program is called on the machine; some setups read their own name.',
        fr: 'Nom du programme sur la machine ; certains installateurs lisent leur propre nom.',
      },
    },
    SWITCHES,
  ],
  powershell: [SCRIPT, ARGUMENTS],
  batch: [SCRIPT, ARGUMENTS],
  uninstall: [
    {
      ...optional,
      name: 'productCode',
      kind: 'text',
      default: null,
      label: { en: 'Product code', fr: 'Code produit' },
      description: {
        en: 'The GUID of an MSI, in braces. Give this or the display name.',
        fr: 'Le GUID d’un MSI, entre accolades. Indiquez ceci ou le nom affiché.',
      },
    },
    {
      ...optional,
      name: 'displayName',
      kind: 'text',
      default: null,
      label: { en: 'Display name', fr: 'Nom affiché' },
      description: {
        en: 'Exactly as Windows lists it among the installed programs.',
        fr: 'Exactement comme Windows le montre parmi les programmes installés.',
      },
    },
    flag(
      'ignoreMissing',
      { en: 'Missing is fine', fr: 'Absence acceptée' },
      {
        en: 'A machine without this software counts as done.',
        fr: 'Une machine sans ce logiciel compte comme réussie.',
      },
    ),
  ],
  'deb-rpm': [
    {
      ...required,
      name: 'format',
      kind: 'choice',
      choices: ['deb', 'rpm'],
      label: { en: 'Format', fr: 'Format' },
      description: { en: 'Of the package file.', fr: 'Du fichier de paquet.' },
    },
  ],
  script: [
    {
      ...optional,
      name: 'interpreter',
      kind: 'text',
      default: 'sh',
      label: { en: 'Interpreter', fr: 'Interpréteur' },
      description: {
        en: 'The program that runs the script: sh, bash, python3 …',
        fr: 'Le programme qui exécute le script : sh, bash, python3…',
      },
    },
    SCRIPT,
    ARGUMENTS,
  ],
  pkg: [],
  brew: [
    {
      ...optional,
      name: 'operation',
      kind: 'choice',
      default: 'install',
      choices: ['install', 'upgrade', 'uninstall'],
      label: { en: 'Operation', fr: 'Opération' },
      description: { en: 'What Homebrew does.', fr: 'Ce que fait Homebrew.' },
    },
    {
      ...required,
      name: 'formula',
      kind: 'text',
      label: { en: 'Formula or cask', fr: 'Formule ou cask' },
      description: { en: 'Its name, with its tap if needed.', fr: 'Son nom, avec son tap au besoin.' },
    },
    flag('cask', { en: 'It is a cask', fr: 'C’est un cask' }),
  ],
  store: [
    {
      ...required,
      name: 'path',
      kind: 'text',
      label: { en: 'Folder', fr: 'Dossier' },
      description: {
        en: 'Where the files go; made when it is missing.',
        fr: 'Où vont les fichiers ; créé s’il manque.',
      },
    },
    {
      ...optional,
      name: 'fileName',
      kind: 'text',
      default: null,
      label: { en: 'File name', fr: 'Nom du fichier' },
      description: {
        en: 'When the upload is one file and no archive: what it is called there.',
        fr: 'Si l’envoi est un seul fichier et non une archive : son nom sur place.',
      },
    },
  ],
};
