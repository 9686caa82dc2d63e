import type { AppliedTemplate } from './applied-template.js';
import { shWord, templateProblem } from './quoting.js';
import type { TemplateNamed } from './template-schema.js';

/** Waits for another installation to end rather than fail, and keeps the machine's own configuration files. */
const APT =
  'DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300' +
  ' -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold install ./package.deb';

const RPM =
  'if command -v dnf >/dev/null; then exec dnf -y install ./package.rpm;' +
  ' elif command -v yum >/dev/null; then exec yum -y install ./package.rpm;' +
  ' elif command -v zypper >/dev/null; then' +
  ' exec zypper --non-interactive install -y --allow-unsigned-rpm ./package.rpm;' +
  ' else exec rpm -U --replacepkgs package.rpm; fi';

/** Installs one package file, with what it depends on, by the machine's own package manager. */
export function debRpm({ format }: TemplateNamed<'deb-rpm'>): AppliedTemplate {
  return packed(format === 'deb' ? APT : RPM, `package.${format}`);
}

/** EXECUTE and not LAUNCH, of which Unix agents report SUCCESS_n for every exit code (OCS-PROTOCOL.md §4.5). */
export function script(template: TemplateNamed<'script'>): AppliedTemplate {
  const command = [template.interpreter, 'script', ...template.arguments].map(shWord).join(' ');
  if (template.script === null) return packed(command, 'script');
  const content = template.script.replace(/\r\n/g, '\n');
  const file = { name: 'script', content, mode: 0o755 };
  return { ...packed(command, 'script'), packing: 'none', packedName: null, generated: [file] };
}

export function pkg(): AppliedTemplate {
  return packed('/usr/sbin/installer -pkg package.pkg -target /', 'package.pkg');
}

/**
 * Homebrew refuses to be run by root, so whoever sits at the machine runs it, or its owner when nobody does. It wants
 * a working folder that this user may enter.
 */
export function brew({ operation, formula, cask }: TemplateNamed<'brew'>): AppliedTemplate {
  const words = [operation, cask ? '--cask' : '--formula', formula].map(shWord).join(' ');
  const command =
    'export PATH="$PATH:/opt/homebrew/bin:/usr/local/bin"; cd /;' +
    ' brew=$(command -v brew) || { echo "Homebrew is not installed" >&2; exit 127; };' +
    ' user=$(stat -f %Su /dev/console); if [ "$user" = root ]; then user=$(stat -f %Su "$brew"); fi;' +
    ` exec sudo -H -n -u "$user" NONINTERACTIVE=1 "$brew" ${words}`;
  return {
    action: { kind: 'EXECUTE', command },
    packing: 'none',
    packedName: null,
    generated: null,
    hasArchive: false,
  };
}

/** Unix agents hand the path to a shell without quotes, after having made the folder under its literal name. */
const STORE_PATH = /^(\/|INSTALL_PATH)[\p{L}\p{N}_.,:=+@/-]*$/u;

/** @throws AppError BUILDER_TEMPLATE_INVALID for a path that Unix agents would take apart */
export function unixStorePath(path: string): string {
  if (STORE_PATH.test(path)) return path;
  throw templateProblem('path', 'must be absolute and free of blanks and signs that a shell would interpret');
}

function packed(command: string, packedName: string): AppliedTemplate {
  return {
    action: { kind: 'EXECUTE', command },
    packing: 'tar.gz',
    packedName,
    generated: null,
    hasArchive: true,
  };
}
