import { AppError } from '@entrepot/kernel';
import { ERRORS } from '../errors.js';
import type { OperatingSystem } from '../packages/package-settings.js';
import type { AppliedTemplate } from './applied-template.js';
import { templateProblem } from './quoting.js';
import { TEMPLATE_SYSTEMS, type PackageTemplate, type TemplateNamed } from './template-schema.js';
import { brew, debRpm, pkg, script, unixStorePath } from './unix-templates.js';
import { batch, exe, msi, powershell, uninstall, windowsFileName } from './windows-templates.js';

export type { AppliedTemplate } from './applied-template.js';
export { templateSchema, type PackageTemplate } from './template-schema.js';

/** Windows agents keep so many characters of a command (OCS-PROTOCOL.md §5.2). */
const WINDOWS_COMMAND_MAX = 254;
const WINDOWS_PATH = /^([A-Za-z]:[\\/]|%[^%]+%|INSTALL_PATH)[^<>"|?*\x00-\x1f]*$/;

/**
 * Makes the action of a package, and what has to become of its upload, from a template.
 * @throws AppError BUILDER_TEMPLATE_INVALID naming the field, BUILDER_TEMPLATE_COMMAND_TOO_LONG
 */
export function applyTemplate(template: PackageTemplate, operatingSystem: OperatingSystem): AppliedTemplate {
  const systems: readonly OperatingSystem[] = TEMPLATE_SYSTEMS[template.name];
  if (!systems.includes(operatingSystem))
    throw templateProblem('name', `"${template.name}" is for ${systems.join(' and ')}`);
  const applied = apply(template, operatingSystem);
  const { action } = applied;
  const command = action.kind === 'EXECUTE' ? action.command : action.kind === 'LAUNCH' ? action.name : '';
  if (operatingSystem === 'windows' && command.length > WINDOWS_COMMAND_MAX)
    throw new AppError(
      ERRORS.BUILDER_TEMPLATE_COMMAND_TOO_LONG,
      `The command would have ${command.length} characters; Windows agents cut it after ${WINDOWS_COMMAND_MAX}.`,
      { field: 'template' },
    );
  return applied;
}

function apply(template: PackageTemplate, operatingSystem: OperatingSystem): AppliedTemplate {
  switch (template.name) {
    case 'msi':
      return msi(template);
    case 'exe':
      return exe(template);
    case 'powershell':
      return powershell(template);
    case 'batch':
      return batch(template);
    case 'uninstall':
      return uninstall(template);
    case 'deb-rpm':
      return debRpm(template);
    case 'script':
      return script(template);
    case 'pkg':
      return pkg();
    case 'brew':
      return brew(template);
    case 'store':
      return store(template, operatingSystem);
  }
}

function store(
  { path, fileName }: TemplateNamed<'store'>,
  operatingSystem: OperatingSystem,
): AppliedTemplate {
  const isWindows = operatingSystem === 'windows';
  if (isWindows && !WINDOWS_PATH.test(path))
    throw templateProblem('path', 'must begin with a drive or a %VARIABLE%');
  const target = isWindows ? path : unixStorePath(path);
  const archive = { action: { kind: 'STORE', path: target }, generated: null, hasArchive: true } as const;
  if (fileName === null) return { ...archive, packing: 'none', packedName: null };
  const packedName = isWindows ? windowsFileName(fileName) : unixFileName(fileName);
  return { ...archive, packing: isWindows ? 'zip' : 'tar.gz', packedName };
}

/** Unix agents copy `*`, so that a name with a leading dot would stay behind, and one with a hyphen be an option. */
function unixFileName(name: string): string {
  if (/^[^.\-/\x00-\x1f][^/\x00-\x1f]*$/.test(name) && Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  throw templateProblem(
    'fileName',
    `must be a file name of at most ${MAX_NAME_BYTES} bytes that begins with neither dot nor hyphen`,
  );
}

/** What the name field of a tar holds. */
const MAX_NAME_BYTES = 99;
