import { describe, expect, it } from 'vitest';
import { formatByteSize, parseByteSize } from './byte-size.js';
import { packageRequest } from './package-request.js';
import { Progress, progressBar } from './progress.js';
import { parseSettingValue } from './setting-value.js';
import { formatTable } from './table.js';

describe('sizes', () => {
  it.each([
    ['4096', 4096],
    ['512K', 524_288],
    ['1M', 1_048_576],
    ['1.5 GiB', 1_610_612_736],
    ['2mb', 2_097_152],
  ])('%s is read', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it.each(['', 'M', '1X', '-1', '1e3', '9999999999G'])('%s is no size', (text) => {
    expect(parseByteSize(text)).toBeNull();
  });

  it('are written for people', () => {
    expect([0, 1023, 1536, 1_048_576, 300 * 1024].map(formatByteSize)).toEqual([
      '0 B',
      '1023 B',
      '1.5 KiB',
      '1.0 MiB',
      '300 KiB',
    ]);
  });
});

describe('tables', () => {
  it('align columns, show nothing as a dash and end no line with blanks', () => {
    expect(
      formatTable(
        ['NAME', 'N'],
        [
          ['a', 1],
          ['longer', null],
        ],
      ),
    ).toBe('NAME    N\na       1\nlonger  -\n');
  });
});

describe('progress', () => {
  it('is a bar', () => {
    expect(progressBar(50)).toBe(`[${'#'.repeat(15)}${'-'.repeat(15)}]  50 %`);
  });

  it('is one line for ten per cent where nobody watches', () => {
    const lines: string[] = [];
    const progress = new Progress({ interactive: false, err: (text) => void lines.push(text) }, 'app.zip');
    for (let done = 0; done <= 1000; done += 1) progress.update(done, 1000);
    progress.end();
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('app.zip: 100 % (1000 B of 1000 B)\n');
  });
});

describe('a value of a setting', () => {
  it('is a number, a switch, JSON or text', () => {
    expect(['-1', 'true', '["a","b"]', 'Paris', '[broken', '1.2.3'].map(parseSettingValue)).toEqual([
      -1,
      true,
      ['a', 'b'],
      'Paris',
      '[broken',
      '1.2.3',
    ]);
  });
});

describe('the request for a package', () => {
  const base = { name: 'app', os: 'linux', file: 'app.tar.gz' };

  it('takes the action from the option that goes with it', () => {
    expect(packageRequest({ ...base, path: '/opt', fragmentSize: 1024, protocol: 'https' })).toEqual({
      name: 'app',
      operatingSystem: 'linux',
      action: { kind: 'STORE', path: '/opt' },
      fragments: { sizeBytes: 1024 },
      protocol: 'HTTPS',
    });
    expect(packageRequest({ ...base, launch: 'run.sh', fragments: 3 })).toMatchObject({
      action: { kind: 'LAUNCH', name: 'run.sh' },
      fragments: { count: 3 },
    });
  });

  it('needs an archive for all but a command', () => {
    const { name, os } = base;
    expect(packageRequest({ name, os, command: 'true' })).toMatchObject({ hasArchive: false });
    expect(() => packageRequest({ name, os, path: '/opt' })).toThrow('--file');
  });

  it('refuses options that do not go together', () => {
    expect(() => packageRequest(base)).toThrow('--path, --command, --launch or --template');
    expect(() => packageRequest({ ...base, action: 'store', command: 'x' })).toThrow('needs --path');
    expect(() => packageRequest({ ...base, action: 'store', path: '/x', launch: 'y' })).toThrow('--launch');
    expect(() => packageRequest({ ...base, path: '/x', fragments: 1, fragmentSize: 1024 })).toThrow(
      'not both',
    );
  });
});
