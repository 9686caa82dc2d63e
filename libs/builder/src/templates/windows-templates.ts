import type { AppliedTemplate, GeneratedFile } from './applied-template.js';
import { cmdArgument, cmdCommand, cmdWord, templateProblem } from './quoting.js';
import type { TemplateNamed } from './template-schema.js';
import { uninstallScript } from './uninstall-script.js';

const MSI_NAME = 'installer.msi';
/** Without it Windows PowerShell reads a script in the machine's own code page. */
const BYTE_ORDER_MARK = '\ufeff';
const POWERSHELL = 'powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File';

/** The zip reader of Windows agents is only sure to know these, and a path must not come from a name. */
const FILE_NAME = /^(?![ .])[ !#$&'()+,.;=@A-Za-z0-9[\]^_`{}~-]+(?<![ .])$/;

/** @throws AppError BUILDER_TEMPLATE_INVALID */
export function windowsFileName(name: string): string {
  if (FILE_NAME.test(name)) return name;
  throw templateProblem('fileName', 'must be a file name of letters, digits and signs, without % and quotes');
}

/** `msiexec /i` waits for the installation when cmd.exe starts it, and its exit code is passed on. */
export function msi({ properties, switches }: TemplateNamed<'msi'>): AppliedTemplate {
  const words = Object.entries(properties).map(([name, value]) => `${name}=${msiValue(name, value)}`);
  return packed(cmdCommand('msiexec /i', MSI_NAME, '/qn /norestart', ...words, switches), MSI_NAME);
}

/** In a property's value quotes are doubled, which also leaves cmd.exe inside its quotes. */
function msiValue(name: string, value: string): string {
  if (/[%\x00-\x1f\x7f]/.test(value))
    throw templateProblem(`properties.${name}`, 'percent signs cannot be passed on unchanged by cmd.exe');
  return `"${value.replaceAll('"', '""')}"`;
}

/** LAUNCH waits for what an installer starts in its turn, EXECUTE would not. */
export function exe({ fileName, switches }: TemplateNamed<'exe'>): AppliedTemplate {
  const name = windowsFileName(fileName);
  if (!/\.(exe|com)$/i.test(name)) throw templateProblem('fileName', 'must end in .exe or .com');
  const command = cmdCommand(cmdWord('fileName', name), switches);
  return { ...packed(command, name), action: { kind: 'LAUNCH', name: command } };
}

export function powershell(template: TemplateNamed<'powershell'>): AppliedTemplate {
  const words = template.arguments.map((text, index) => cmdArgument(`arguments.${index}`, text));
  return scripted(
    cmdCommand(POWERSHELL, 'script.ps1', ...words),
    'script.ps1',
    template.script,
    BYTE_ORDER_MARK,
  );
}

/** cmd.exe looks for `.\` in the working folder, whatever its search path says, and ends with the script's code. */
export function batch(template: TemplateNamed<'batch'>): AppliedTemplate {
  const words = template.arguments.map((text, index) => cmdWord(`arguments.${index}`, text));
  return scripted(cmdCommand('.\\script.bat', ...words), 'script.bat', template.script, '');
}

export function uninstall({
  productCode,
  displayName,
  ignoreMissing,
}: TemplateNamed<'uninstall'>): AppliedTemplate {
  if (displayName !== null) {
    const script = uninstallScript(displayName, ignoreMissing);
    return scripted(`${POWERSHELL} uninstall.ps1`, 'uninstall.ps1', script, BYTE_ORDER_MARK);
  }
  const remove = `msiexec /x ${productCode ?? ''} /qn /norestart`;
  // cmd.exe: 1605 says that the product is not there, which is what was wanted.
  const command = ignoreMissing ? `${remove} & if errorlevel 1605 if not errorlevel 1606 exit 0` : remove;
  return {
    action: { kind: 'EXECUTE', command },
    packing: 'none',
    packedName: null,
    generated: null,
    hasArchive: false,
  };
}

function packed(command: string, packedName: string): AppliedTemplate {
  return {
    action: { kind: 'EXECUTE', command },
    packing: 'zip',
    packedName,
    generated: null,
    hasArchive: true,
  };
}

function scripted(command: string, name: string, script: string | null, mark: string): AppliedTemplate {
  if (script === null) return packed(command, name);
  const content = mark + script.replace(/^\ufeff/, '').replace(/\r?\n/g, '\r\n');
  const file: GeneratedFile = { name, content, mode: 0o644 };
  return { ...packed(command, name), packing: 'none', packedName: null, generated: [file] };
}
