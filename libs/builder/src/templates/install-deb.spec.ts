import { removeDirectory, temporaryDirectory } from '@entrepot/testing';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { applyTemplate } from './apply-template.js';

const isPossible = existsSync('/usr/bin/dpkg-deb') && process.getuid?.() === 0;
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
let folder = '';
let root = '';

beforeEach(async () => {
  folder = await temporaryDirectory('deb');
  root = join(folder, 'root');
});
afterEach(() => removeDirectory(folder));

/** A deb of one file; its installation ends as `postinst` says. */
async function debOf(control: string): Promise<void> {
  const tree = join(folder, 'tree');
  await mkdir(join(tree, 'DEBIAN'), { recursive: true });
  await mkdir(join(tree, 'opt/trial'), { recursive: true });
  await writeFile(join(tree, 'opt/trial/hello'), 'hello\n');
  await writeFile(join(tree, 'DEBIAN/control'), `Package: entrepot-trial\nVersion: 1\n${control}`);
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', tree, join(folder, 'package.deb')]);
}

/** The command of the template, with the machine's apt and dpkg but a root and records of its own. */
async function install(): Promise<number> {
  await mkdir(join(root, 'var/lib/dpkg/updates'), { recursive: true });
  await mkdir(join(folder, 'apt/state/lists/partial'), { recursive: true });
  await mkdir(join(folder, 'apt/cache/archives/partial'), { recursive: true });
  await mkdir(join(folder, 'apt/etc'), { recursive: true });
  await writeFile(join(root, 'var/lib/dpkg/status'), '');
  const settings = `Dir::State "${folder}/apt/state"; Dir::State::status "${root}/var/lib/dpkg/status";
    Dir::Cache "${folder}/apt/cache"; Dir::Etc "${folder}/apt/etc"; Dir::Log "${folder}/apt";
    DPkg::Options { "--root=${root}"; "--log=${folder}/dpkg.log"; }; DPkg::Path "${PATH}";`;
  await writeFile(join(folder, 'apt.conf'), settings);
  const { action } = applyTemplate({ name: 'deb-rpm', format: 'deb' }, 'linux');
  const command = action.kind === 'EXECUTE' ? action.command : '';
  try {
    const env = { PATH, APT_CONFIG: join(folder, 'apt.conf') };
    execFileSync('/bin/sh', ['-c', command], { cwd: folder, env, stdio: 'pipe' });
    return 0;
  } catch (error) {
    return (error as { status: number }).status;
  }
}

const CONTROL = 'Architecture: all\nMaintainer: trial <t@example.org>\nDescription: trial\n';

it.runIf(isPossible)('really installs a deb', async () => {
  await debOf(CONTROL);
  expect(await install()).toBe(0);
  expect(await readFile(join(root, 'opt/trial/hello'), 'utf8')).toBe('hello\n');
  expect(await readFile(join(root, 'var/lib/dpkg/status'), 'utf8')).toContain('Status: install ok installed');
});

it.runIf(isPossible)('fails, and says so, when the deb needs what cannot be had', async () => {
  await debOf(`${CONTROL.replace('Description', 'Depends: entrepot-nowhere\nDescription')}`);
  expect(await install()).toBe(100);
  expect(existsSync(join(root, 'opt/trial/hello'))).toBe(false);
});
