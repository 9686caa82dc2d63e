import { describe, expect, it } from 'vitest';
import { createPackageSchema, settingsWarnings } from './package-settings.js';

const MINIMAL = { name: 'Putty', operatingSystem: 'windows', action: { kind: 'STORE', path: 'c:\\putty' } };
const issuePath = (input: unknown): string | undefined =>
  createPackageSchema.safeParse(input).error?.issues[0]?.path.join('.');

describe('createPackageSchema', () => {
  it('fills in what the old console did: HTTP, priority 5, one fragment', () => {
    expect(createPackageSchema.parse(MINIMAL)).toMatchObject({
      protocol: 'HTTP',
      priority: 5,
      fragments: { count: 1 },
      hasArchive: true,
      notify: null,
    });
  });

  it('names the field that breaks a rule', () => {
    expect(issuePath({ ...MINIMAL, priority: 10 })).toBe('priority');
    expect(issuePath({ ...MINIMAL, name: 'a\nb' })).toBe('name');
    expect(issuePath({ ...MINIMAL, action: { kind: 'EXECUTE', command: '' } })).toBe('action.command');
    expect(issuePath({ ...MINIMAL, hasArchive: false })).toBe('hasArchive');
    expect(issuePath({ ...MINIMAL, fragments: { count: 0 } })).toBe('fragments.count');
  });

  it('names what is too long for the buffers of Windows agents', () => {
    const long = (length: number): Record<string, unknown>[] => [
      { kind: 'EXECUTE', command: 'x'.repeat(length) },
      { kind: 'LAUNCH', name: 'x'.repeat(length) },
      { kind: 'STORE', path: 'x'.repeat(length + 5) },
    ];
    const paths = (length: number, operatingSystem = 'windows'): (string | undefined)[] =>
      long(length).map((action) => issuePath({ ...MINIMAL, operatingSystem, action }));
    expect(paths(254)).toEqual([undefined, undefined, undefined]);
    expect(paths(255)).toEqual(['action.command', 'action.name', 'action.path']);
    expect(paths(255, 'linux')).toEqual([undefined, undefined, undefined]);
  });

  it('takes a command without an archive', () => {
    const input = { ...MINIMAL, action: { kind: 'EXECUTE', command: 'shutdown' }, hasArchive: false };
    expect(createPackageSchema.safeParse(input).success).toBe(true);
  });
});

describe('settingsWarnings', () => {
  const warnings = (input: object): string =>
    settingsWarnings(createPackageSchema.parse({ ...MINIMAL, ...input })).join('\n');

  it('is silent about an ordinary package', () => {
    expect(warnings({})).toBe('');
  });

  it('tells what agents ignore or cut', () => {
    expect(warnings({ operatingSystem: 'linux', notify: { text: 'hello' } })).toContain(
      'only Windows agents notify',
    );
    expect(warnings({ action: { kind: 'EXECUTE', command: '%TEMP%\\a.exe' } })).toContain('254 characters');
    expect(warnings({ action: { kind: 'STORE', path: '%ProgramFiles%\\x' } })).toContain('259 characters');
    expect(warnings({ operatingSystem: 'linux', action: { kind: 'EXECUTE', command: 'date +%a%b' } })).toBe(
      '',
    );
    expect(warnings({ action: { kind: 'EXECUTE', command: 'x'.repeat(254) } })).toBe('');
    expect(warnings({ priority: 0 })).toContain('priority 0');
    expect(warnings({ operatingSystem: 'linux', action: { kind: 'LAUNCH', name: 'a-b.sh' } })).toContain(
      'hyphen',
    );
  });
});
