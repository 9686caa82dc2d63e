import { describe, expect, it } from 'vitest';
import { isSafeArchivePath, isSameFile, launchedFile, normaliseArchivePath } from './archive-path.js';

describe('isSafeArchivePath', () => {
  it.each(['setup.exe', './a/b.txt', 'a..b/c', '...', 'dir/', 'a\\b.txt'])('takes %s', (path) => {
    expect(isSafeArchivePath(path)).toBe(true);
  });

  it.each([
    '',
    '/etc/passwd',
    '../x',
    'a/../../x',
    'a\\..\\x',
    '..',
    'C:\\x',
    'c:x',
    '\\\\host\\x',
    'a/..',
    'a\0b',
  ])('refuses %j', (path) => {
    expect(isSafeArchivePath(path)).toBe(false);
  });
});

describe('launchedFile', () => {
  it('is the first word on Windows, quotes holding it together', () => {
    expect(launchedFile('windows', 'setup.exe /S')).toBe('setup.exe');
    expect(launchedFile('windows', 'bin\\setup-x64.exe /S')).toBe('bin/setup-x64.exe');
    expect(launchedFile('windows', '"my setup.exe" /S')).toBe('my setup.exe');
    expect(launchedFile('windows', '""my setup.exe" /D="x""')).toBe('my setup.exe');
  });

  it('cannot be known when Windows expands a variable in it', () => {
    expect(launchedFile('windows', '%TEMP%\\a.exe')).toBeNull();
  });

  it('is no file of the archive when it leads out of it', () => {
    const paths = ['setup.exe', 'bin/sh', 'x/y'];
    for (const name of ['\\setup.exe', 'c:\\setup.exe', '..\\setup.exe']) {
      expect(paths).not.toContain(launchedFile('windows', name));
    }
    for (const name of ['/bin/sh', '../bin/sh', 'a/../x/y']) {
      expect(paths).not.toContain(launchedFile('linux', name));
    }
  });

  it('ends at the first blank or hyphen elsewhere, as the Unix agent reads it', () => {
    expect(launchedFile('linux', 'install.sh --quiet')).toBe('install.sh');
    expect(launchedFile('linux', './install.sh')).toBe('install.sh');
    expect(launchedFile('macos', 'my-install.sh')).toBe('my');
  });
});

it('compares names as the file systems of agents do', () => {
  expect(isSameFile('windows', 'Setup.EXE', 'setup.exe')).toBe(true);
  expect(isSameFile('linux', 'Setup', 'setup')).toBe(false);
  expect(normaliseArchivePath('./a//b/')).toBe('a/b');
});
