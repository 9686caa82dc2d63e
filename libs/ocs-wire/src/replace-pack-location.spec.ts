import { parseFileId } from '@entrepot/kernel';
import { describe, expect, it } from 'vitest';
import { encodeInfoFile, type InfoFile } from './encode-info-file.js';
import { replacePackLocation } from './replace-pack-location.js';

const INFO: InfoFile = {
  fileId: parseFileId('1700000001')!,
  priority: 5,
  action: { kind: 'EXECUTE', command: 'echo " PACK_LOC="x" é"' },
  digest: '',
  protocol: 'HTTP',
  fragments: 0,
  notify: { user: false, text: '', countdown: null, canAbort: false, canDelay: false },
  needDoneAction: false,
  needDoneActionText: '',
  packLocation: 'here:8080/download',
};

describe('replacePackLocation', () => {
  it('writes what an info file with that location would be, whatever the location has in it', () => {
    for (const packLocation of ['there/download', 'there/$&/a&b"c']) {
      const expected = encodeInfoFile({ ...INFO, packLocation });
      expect(replacePackLocation(encodeInfoFile(INFO), packLocation).equals(expected)).toBe(true);
    }
  });

  it('leaves an info file without one as it is', () => {
    const info = encodeInfoFile({ ...INFO, packLocation: null });
    expect(replacePackLocation(info, 'there/download').equals(info)).toBe(true);
  });
});
