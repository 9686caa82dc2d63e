import { describe, expect, it } from 'vitest';
import { uploadFileName } from './upload-file-name.js';

const named = (name: string): string => `filename ${Buffer.from(name).toString('base64')}`;

describe('uploadFileName', () => {
  it('finds the name among what else a client tells', () => {
    expect(uploadFileName(named('putty.zip'))).toBe('putty.zip');
    expect(uploadFileName(`private,filetype YQ==, ${named('été.tar.gz')}`)).toBe('été.tar.gz');
  });

  it('keeps no path and nothing that could not be shown', () => {
    expect(uploadFileName(named('C:\\Users\\me\\a.zip'))).toBe('a.zip');
    expect(uploadFileName(named('../../etc/pass\nwd\0'))).toBe('passwd');
    expect(uploadFileName(named('x'.repeat(300)))).toHaveLength(255);
  });

  it('is null without a usable one', () => {
    for (const text of [null, '', 'filename', 'filenames YQ==', named(''), named('a/'), named('\n')])
      expect(uploadFileName(text)).toBeNull();
  });
});
