import { execFileSync } from 'node:child_process';
import { expect, it, describe } from 'vitest';
import { removeDirectory, temporaryDirectory } from '@entrepot/testing';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launchedFile } from '../archives/archive-path.js';
import { archiveFormat, checkArchive } from '../archives/check-archive.js';
import type { OperatingSystem } from '../packages/package-settings.js';
import { applyTemplate, templateSchema, type AppliedTemplate } from './apply-template.js';
import { makeArchive } from './make-archive.js';

const PATH = '/usr/bin:/bin';

function made(template: object, system: OperatingSystem = 'windows'): AppliedTemplate {
  return applyTemplate(templateSchema.parse(template), system);
}
const command = (template: object, system?: OperatingSystem): string => {
  const { action } = made(template, system);
  return action.kind === 'EXECUTE' ? action.command : action.kind === 'LAUNCH' ? action.name : action.path;
};
const refusal = (code: string, field: string): object =>
  expect.objectContaining({ code, details: { field } }) as object;

describe('for Windows', () => {
  it('installs an msi silently with its properties quoted', () => {
    const template = {
      name: 'msi',
      properties: { INSTALLDIR: 'c:\\my app', TEXT: 'say "a&b"' },
      switches: '/l*v x.log',
    };
    expect(made(template)).toEqual({
      action: {
        kind: 'EXECUTE',
        command:
          'msiexec /i installer.msi /qn /norestart INSTALLDIR="c:\\my app" TEXT="say ""a&b""" /l*v x.log',
      },
      packing: 'zip',
      packedName: 'installer.msi',
      generated: null,
      hasArchive: true,
    });
    expect(() => made({ name: 'msi', properties: { P: '100%' } })).toThrow(
      refusal('BUILDER_TEMPLATE_INVALID', 'template.properties.P'),
    );
  });

  it('launches a setup program, whose file the check of the archive finds under any name', () => {
    expect(made({ name: 'exe', switches: '/S' })).toMatchObject({
      action: { kind: 'LAUNCH', name: 'setup.exe /S' },
      packedName: 'setup.exe',
    });
    for (const fileName of ['my setup.exe', 'a&b (x64).exe', 'a;b.exe']) {
      const { action, packedName } = made({ name: 'exe', fileName, switches: '/D="c:\\a b"' });
      expect(action.kind === 'LAUNCH' && launchedFile('windows', action.name)).toBe(packedName);
    }
    for (const fileName of ['50%.exe', '..\\x.exe', 'é.exe', 'x.msi', 'a"b.exe'])
      expect(() => made({ name: 'exe', fileName })).toThrow(
        refusal('BUILDER_TEMPLATE_INVALID', 'template.fileName'),
      );
  });

  it('runs scripts whose exit code is the result, from the upload or from their text', async () => {
    expect(made({ name: 'powershell', arguments: ['-Path', 'c:\\a b\\'] })).toMatchObject({
      action: {
        command:
          'powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File script.ps1 -Path "c:\\a b\\\\"',
      },
      packing: 'zip',
      packedName: 'script.ps1',
    });
    const { action, packing, generated } = made({
      name: 'batch',
      script: 'echo a\nexit /b 3\n',
      arguments: ['a=b'],
    });
    expect(action).toEqual({ kind: 'EXECUTE', command: '.\\script.bat "a=b"' });
    expect(packing).toBe('none');
    expect(generated).toEqual([{ name: 'script.bat', content: 'echo a\r\nexit /b 3\r\n', mode: 0o644 }]);
    const archive = await makeArchive(generated ?? [], 'windows');
    await expect(good(archive, 'windows')).resolves.toBeUndefined();
  });

  it('uninstalls by product code, or by the name that Windows shows', () => {
    const productCode = '{90160000-008C-0000-1000-0000000FF1CE}';
    expect(made({ name: 'uninstall', productCode })).toMatchObject({
      action: { command: `msiexec /x ${productCode} /qn /norestart` },
      hasArchive: false,
    });
    const { generated, hasArchive } = made({ name: 'uninstall', displayName: "O'Brien’s $Tool & “Co” 2.0" });
    expect(hasArchive).toBe(true);
    const script = generated?.[0]?.content ?? '';
    expect(script).toContain("$name = 'O''Brien’’s $Tool & “Co” 2.0'\r\n");
    expect(script.startsWith('\ufeff')).toBe(true);
    expect(script).toContain("'Registry64', 'Registry32'");
    expect(script).toContain('exit 1605');
    expect(script).not.toContain('wmic');
    expect(templateSchema.safeParse({ name: 'uninstall' }).success).toBe(false);
    expect(templateSchema.safeParse({ name: 'uninstall', productCode: '{x} & calc' }).success).toBe(false);
  });

  it('refuses a command that agents would cut', () => {
    expect(command({ name: 'exe', switches: 'x'.repeat(244) })).toHaveLength(254);
    expect(() => made({ name: 'exe', switches: 'x'.repeat(245) })).toThrow(
      refusal('BUILDER_TEMPLATE_COMMAND_TOO_LONG', 'template'),
    );
  });

  it('stores an archive, or one file under its name', () => {
    expect(made({ name: 'store', path: 'C:\\my files' })).toMatchObject({
      packing: 'none',
      packedName: null,
    });
    expect(made({ name: 'store', path: '%ProgramData%\\x', fileName: 'a b.txt' })).toMatchObject({
      packing: 'zip',
      packedName: 'a b.txt',
    });
    expect(() => made({ name: 'store', path: '..\\x' })).toThrow(
      refusal('BUILDER_TEMPLATE_INVALID', 'template.path'),
    );
  });
});

describe('for Linux and macOS', () => {
  it('really runs a script with its arguments, and passes its exit code on', async () => {
    const folder = await temporaryDirectory('template');
    try {
      const words = ['a b', "it's $HOME", '`id`;&'];
      const script = 'printf "%s|" "$@" >"$OUT"\r\nexit 7\n';
      const { action, generated } = made({ name: 'script', script, arguments: words }, 'linux');
      await writeFile(join(folder, 'package.tar.gz'), await makeArchive(generated ?? [], 'linux'));
      execFileSync('tar', ['-xzf', 'package.tar.gz'], { cwd: folder });
      const out = join(folder, 'out');
      const text = action.kind === 'EXECUTE' ? action.command : '';
      expect(exitCode(text, folder, { OUT: out })).toBe(7);
      expect(execFileSync('cat', [out], { encoding: 'utf8' })).toBe(words.join('|') + '|');
    } finally {
      await removeDirectory(folder);
    }
  });

  it.each([
    ['dnf', 'dnf -y install ./package.rpm'],
    ['yum', 'yum -y install ./package.rpm'],
    ['zypper', 'zypper --non-interactive install -y --allow-unsigned-rpm ./package.rpm'],
    ['rpm', 'rpm -U --replacepkgs package.rpm'],
  ])('installs an rpm by %s where that is what the machine has', async (tool, expected) => {
    const folder = await toolbox({ [tool]: `echo ${tool} "$@" >"$OUT"; exit 9` });
    try {
      const out = join(folder, 'out');
      expect(
        exitCode(command({ name: 'deb-rpm', format: 'rpm' }, 'linux'), folder, { PATH: folder, OUT: out }),
      ).toBe(9);
      expect(execFileSync('cat', [out], { encoding: 'utf8' }).trim()).toBe(expected);
    } finally {
      await removeDirectory(folder);
    }
  });

  it.each([
    ['alice', 'alice'],
    ['root', 'owner'],
  ])('runs brew, when %s has the console, as %s', async (console, expected) => {
    const folder = await toolbox({
      brew: 'exit 1',
      stat: `if [ "$3" = /dev/console ]; then echo ${console}; else echo owner; fi`,
      sudo: 'echo "$PWD $@" >"$OUT"; exit 4',
    });
    try {
      const out = join(folder, 'out');
      const text = command({ name: 'brew', formula: 'homebrew/cask/firefox', cask: true }, 'macos');
      expect(exitCode(text, folder, { PATH: folder, OUT: out })).toBe(4);
      expect(execFileSync('cat', [out], { encoding: 'utf8' }).trim()).toBe(
        `/ -H -n -u ${expected} NONINTERACTIVE=1 ${folder}/brew install --cask homebrew/cask/firefox`,
      );
    } finally {
      await removeDirectory(folder);
    }
  });

  it('installs a pkg for the machine, and brew takes no name that is a command', () => {
    expect(command({ name: 'pkg' }, 'macos')).toBe('/usr/sbin/installer -pkg package.pkg -target /');
    for (const formula of ['x; rm -rf /', '-f', '$(id)'])
      expect(templateSchema.safeParse({ name: 'brew', formula }).success).toBe(false);
  });

  it('stores below a path that agents hand to a shell without quotes, and under names that they copy', () => {
    expect(made({ name: 'store', path: '/opt/é/x' }, 'linux').action).toEqual({
      kind: 'STORE',
      path: '/opt/é/x',
    });
    for (const path of ['/opt/a b', '/opt/$(id)', 'opt/x', '/x;y'])
      expect(() => made({ name: 'store', path }, 'linux')).toThrow(
        refusal('BUILDER_TEMPLATE_INVALID', 'template.path'),
      );
    expect(made({ name: 'store', path: '/opt', fileName: 'é b.txt' }, 'macos').packing).toBe('tar.gz');
    for (const fileName of ['.hidden', '-rf', 'a/b', 'é'.repeat(50)])
      expect(() => made({ name: 'store', path: '/opt', fileName }, 'linux')).toThrow(
        refusal('BUILDER_TEMPLATE_INVALID', 'template.fileName'),
      );
  });

  it('are not for Windows, nor the other way round', () => {
    expect(() => made({ name: 'msi' }, 'linux')).toThrow(
      refusal('BUILDER_TEMPLATE_INVALID', 'template.name'),
    );
    expect(() => made({ name: 'pkg' }, 'windows')).toThrow(
      refusal('BUILDER_TEMPLATE_INVALID', 'template.name'),
    );
  });
});

it('takes only the parameters of a template', () => {
  expect(templateSchema.safeParse({ name: 'pkg', switches: '/S' }).success).toBe(false);
  expect(templateSchema.safeParse({ name: 'exe', switches: 'a\nb' }).success).toBe(false);
});

async function good(bytes: Buffer, system: OperatingSystem): Promise<void> {
  async function* read(start: number, end: number): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(start, end);
  }
  const archive = { size: bytes.length, read, readAll: () => read(0, bytes.length) };
  await checkArchive(archive, await archiveFormat(archive, system), system, { kind: 'STORE', path: '/x' });
}

function exitCode(text: string, cwd: string, env: Record<string, string>): number {
  try {
    execFileSync('/bin/sh', ['-c', text], { cwd, env: { PATH, ...env }, stdio: 'ignore' });
    return 0;
  } catch (error) {
    return (error as { status: number }).status;
  }
}

/** A folder of programs that stand in for those of another system. */
async function toolbox(tools: Record<string, string>): Promise<string> {
  const folder = await temporaryDirectory('tools');
  for (const [name, body] of Object.entries(tools))
    await writeFile(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return folder;
}
