import { describe, expect, it } from 'vitest';
import { fileNameOf } from './file-name.js';

describe('the name of a file about a device', () => {
  const at = new Date('2026-11-21T23:59:59Z');
  it.each([
    ['PC-042', 'PC-042_2026-11-21.xml'],
    ['../../etc/passwd', 'etc_passwd_2026-11-21.xml'],
    ['a"; filename="b.exe\r\n', 'a_filename_b_exe_2026-11-21.xml'],
    ['Büro 3', 'B_ro_3_2026-11-21.xml'],
    ['日本', 'device_2026-11-21.xml'],
    ['', 'device_2026-11-21.xml'],
    ['x'.repeat(300), `${'x'.repeat(80)}_2026-11-21.xml`],
  ])('is one that every system takes: %j', (name, expected) => {
    expect(fileNameOf(name, at, 'xml')).toBe(expected);
  });
});
