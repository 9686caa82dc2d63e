import type { FileId } from '@entrepot/kernel';
import { describe, expect, it } from 'vitest';
import { packageInfo, type PackageInstructions } from './package-info.js';

const SETTINGS: PackageInstructions = {
  fileId: '1700000001' as FileId,
  priority: 5,
  action: { kind: 'EXECUTE', command: 'sh run.sh "a & b" <x' },
  protocol: 'HTTP',
  operatingSystem: 'linux',
  notify: null,
  needDoneAction: null,
};
const info = (changes: Partial<PackageInstructions> = {}): string =>
  packageInfo(
    { ...SETTINGS, ...changes },
    { md5: 'ab', fragments: 3 },
    {
      infoLocation: 'ocs.example:8443/download',
      fragmentLocation: 'ocs.example:8080/download',
      quotaBytes: null,
      virusScanner: null,
    },
  ).toString();

describe('packageInfo', () => {
  it('names its fragments for Linux and macOS, whose agents would lose them otherwise, and not for Windows', () => {
    expect(info()).toContain(' PACK_LOC="ocs.example:8080/download"');
    expect(info({ operatingSystem: 'macos' })).toContain('PACK_LOC');
    expect(info({ operatingSystem: 'windows' })).not.toContain('PACK_LOC');
  });

  it('names the place that speaks https for a package whose fragments go by https', () => {
    expect(info({ protocol: 'HTTPS' })).toContain('PROTO="HTTPS"');
    expect(info({ protocol: 'HTTPS' })).toContain(' PACK_LOC="ocs.example:8443/download"');
  });

  it('never leaves ID, PRI, FRAGS or DIGEST out', () => {
    expect(info({ priority: 0 })).toMatch(
      /ID="1700000001" PRI="0" ACT="EXECUTE" DIGEST="ab" PROTO="HTTP" FRAGS="3"/,
    );
  });

  it('escapes once what a command holds', () => {
    expect(info()).toContain('&amp; b&quot; &lt;x"');
  });

  it('tells the user of a Windows machine what was asked for', () => {
    const notify = { text: 'Update', countdown: 30, canAbort: true, canDelay: false };
    const text = info({ operatingSystem: 'windows', notify, needDoneAction: { text: 'Restart' } });
    expect(text).toContain(
      'NOTIFY_USER="1" NOTIFY_TEXT="Update" NOTIFY_COUNTDOWN="30" NOTIFY_CAN_ABORT="1" NOTIFY_CAN_DELAY="0"',
    );
    expect(text).toContain('NEED_DONE_ACTION="1" NEED_DONE_ACTION_TEXT="Restart"');
  });
});
