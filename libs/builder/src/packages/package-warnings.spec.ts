import { describe, expect, it } from 'vitest';
import { createPackageSchema } from './package-settings.js';
import { packageWarnings } from './package-warnings.js';
import { resolveSettings } from './resolve-settings.js';

const MINIMAL = { name: 'Putty', operatingSystem: 'windows', action: { kind: 'STORE', path: 'c:\\putty' } };
const UNKNOWN = { size: null, fileName: null };

function codes(input: object, archive = {}): string[] {
  const settings = resolveSettings(createPackageSchema.parse({ ...MINIMAL, ...input }));
  return packageWarnings(settings, { ...UNKNOWN, ...archive }).map(({ code }) => code);
}

const execute = (command: string): object => ({ action: { kind: 'EXECUTE', command } });
const launch = (name: string): object => ({ action: { kind: 'LAUNCH', name } });
const LINUX = { operatingSystem: 'linux', action: { kind: 'STORE', path: '/opt/x' } };

describe('packageWarnings', () => {
  it('is silent about an ordinary package', () => {
    expect(codes({})).toEqual([]);
    expect(codes({ ...LINUX, ...execute('sh run.sh') })).toEqual([]);
    expect(codes(execute('x'.repeat(254)))).toEqual([]);
  });

  it('says it in both languages, and of which setting', () => {
    const settings = resolveSettings(createPackageSchema.parse({ ...MINIMAL, priority: 0 }));
    expect(packageWarnings(settings, UNKNOWN)).toEqual([
      {
        code: 'PRIORITY_ALONE',
        field: 'priority',
        text: { en: expect.stringContaining('alone'), fr: expect.stringContaining('seule') } as unknown,
      },
    ]);
  });

  it('tells what Windows agents cut once variables are filled in', () => {
    expect(codes(execute('%TEMP%\\a.exe'))).toEqual(['VARIABLES_CUT']);
    expect(codes(launch('a.exe %USERNAME%'))).toEqual(['VARIABLES_CUT']);
    expect(codes({ action: { kind: 'STORE', path: '%ProgramFiles%\\x' } })).toEqual(['VARIABLES_CUT']);
    expect(codes({ ...LINUX, ...execute('date +%a%b') })).toEqual([]);
  });

  it('tells what only Windows agents do', () => {
    const told = { notify: { text: 'hello', countdown: 30 }, needDoneAction: { text: 'Restart' } };
    expect(codes(told)).toEqual([]);
    expect(codes({ ...LINUX, ...told })).toEqual(['NOTIFY_IGNORED', 'NEED_DONE_ACTION_IGNORED']);
  });

  it('tells that a notice without a countdown goes on by itself', () => {
    expect(codes({ notify: { text: 'hello' } })).toEqual(['COUNTDOWN_DEFAULT']);
  });

  it('tells how Unix agents read LAUNCH', () => {
    expect(codes({ ...LINUX, ...launch('run.sh') })).toEqual(['EXIT_CODE_SUCCEEDS']);
    expect(codes({ ...LINUX, ...launch('a-b.sh') })).toEqual(['NAME_ENDS_AT_HYPHEN', 'EXIT_CODE_SUCCEEDS']);
    expect(codes({ ...LINUX, ...launch('run.sh -q') })).toEqual(['EXIT_CODE_SUCCEEDS']);
  });

  it('tells of commands that cannot fail', () => {
    for (const command of ['apt install -y x ; exit 0', 'a;exit 0;', 'a || true', 'a || :'])
      expect(codes({ ...LINUX, ...execute(command) })).toEqual(['ALWAYS_SUCCEEDS']);
    for (const command of ['a; exit 1', 'exit 01', 'a && true', 'a; exit 0 || b'])
      expect(codes({ ...LINUX, ...execute(command) })).toEqual([]);
    expect(codes(execute('a; exit 0'))).toEqual([]);
  });

  it('tells that proxies cannot cache HTTPS', () => {
    expect(codes({ protocol: 'HTTPS' })).toEqual(['HTTPS_NOT_CACHED']);
  });

  it('tells of fragments that are long to begin anew', () => {
    expect(codes({}, { size: 100_000_001 })).toEqual(['FRAGMENTS_LARGE']);
    expect(codes({}, { size: 100_000_000 })).toEqual([]);
    expect(codes({ fragments: { count: 2 } }, { size: 200_000_000 })).toEqual([]);
    expect(codes({ fragments: { sizeBytes: 1_000_000 } }, { size: 10_000_000_000 })).toEqual([]);
    expect(codes({ ...execute('x'), hasArchive: false }, { size: 0 })).toEqual([]);
  });

  it('tells that a zip needs a program on Unix', () => {
    expect(codes(LINUX, { fileName: 'a.ZIP' })).toEqual(['ZIP_NEEDS_UNZIP']);
    expect(codes(LINUX, { fileName: 'a.tar.gz' })).toEqual([]);
    expect(codes({}, { fileName: 'a.zip' })).toEqual([]);
  });
});
