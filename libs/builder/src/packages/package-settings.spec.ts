import { describe, expect, it } from 'vitest';
import { createPackageSchema, newVersionSchema } from './package-settings.js';

const MINIMAL = { name: 'Putty', operatingSystem: 'windows', action: { kind: 'STORE', path: 'c:\\putty' } };
const issuePath = (input: unknown): string | undefined =>
  createPackageSchema.safeParse(input).error?.issues[0]?.path.join('.');

describe('createPackageSchema', () => {
  it('fills in what the old console did: HTTP, priority 5, one fragment', () => {
    expect(createPackageSchema.parse(MINIMAL)).toMatchObject({
      protocol: 'HTTP',
      priority: 5,
      fragments: { count: 1 },
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

  it('takes an action or a template, never both', () => {
    const { action, ...others } = MINIMAL;
    const template = { name: 'msi' };
    expect(issuePath(others)).toBe('action');
    expect(issuePath({ ...others, template })).toBeUndefined();
    expect(issuePath({ ...others, template, action })).toBe('action');
    expect(issuePath({ ...others, template, hasArchive: true })).toBe('hasArchive');
    expect(issuePath({ ...others, template: { name: 'no such' } })).toBe('template.name');
  });

  it('refuses half characters, which no database keeps', () => {
    expect(issuePath({ ...MINIMAL, description: '\ud83d' })).toBe('description');
    expect(issuePath({ ...MINIMAL, action: { kind: 'EXECUTE', command: 'a\ud83d' } })).toBe('action.command');
  });
});

describe('newVersionSchema', () => {
  it('fills nothing in', () => {
    expect(newVersionSchema.parse({})).toEqual({});
    expect(newVersionSchema.parse({ priority: 3 })).toEqual({ priority: 3 });
  });

  it('leaves name and operating system as they are', () => {
    for (const change of [{ name: 'other' }, { operatingSystem: 'linux' }])
      expect(newVersionSchema.safeParse(change).success).toBe(false);
  });
});
