import { parseFileId } from '@entrepot/kernel';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { encodeInfoFile, type InfoFile } from './encode-info-file.js';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures');
const FILE_ID = parseFileId('1700000001')!;
const INFO: InfoFile = {
  fileId: FILE_ID,
  priority: 1,
  action: { kind: 'STORE', path: '/srv/ocsref/stored' },
  digest: '07a841c674ef583b9a5cde9054553332',
  protocol: 'HTTP',
  fragments: 4,
  notify: { user: false, text: '', countdown: null, canAbort: false, canDelay: false },
  needDoneAction: false,
  needDoneActionText: '',
  packLocation: null,
};

function attributesOf(xml: Buffer): Record<string, string> {
  const found: Record<string, string> = {};
  const parser = new SaxesParser();
  parser.on('opentag', (tag) => Object.assign(found, tag.attributes));
  parser.write(xml.toString('utf8')).close();
  return found;
}

/** Text that XML 1.0 can carry. */
const xmlText = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom('&', '<', '>', '"', "'", '\n', '\t', '\r', ' ', ';', '#'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  })
  .filter((text) => /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(text));

describe('encodeInfoFile', () => {
  it('says what the old server said', () => {
    expect(attributesOf(encodeInfoFile(INFO))).toEqual(
      attributesOf(readFileSync(join(FIXTURES, 'download-store-ok/02-response.xml'))),
    );
  });

  it("names the action's attribute by its kind", () => {
    const execute = attributesOf(
      encodeInfoFile({ ...INFO, action: { kind: 'EXECUTE', command: 'echo "a&b" > f' } }),
    );
    expect(execute).toMatchObject({ ACT: 'EXECUTE', COMMAND: 'echo "a&b" > f' });
    expect(execute).not.toHaveProperty('PATH');
    expect(
      attributesOf(encodeInfoFile({ ...INFO, action: { kind: 'LAUNCH', name: 'run.sh 3' } })),
    ).toMatchObject({
      ACT: 'LAUNCH',
      NAME: 'run.sh 3',
    });
  });

  it('carries PACK_LOC, the countdown and the flags when there are some', () => {
    const notify = { user: true, text: 'Wait', countdown: 60, canAbort: true, canDelay: true };
    expect(
      attributesOf(
        encodeInfoFile({ ...INFO, notify, needDoneAction: true, packLocation: 'ocs:8080/download' }),
      ),
    ).toMatchObject({
      NOTIFY_USER: '1',
      NOTIFY_COUNTDOWN: '60',
      NOTIFY_CAN_ABORT: '1',
      NOTIFY_CAN_DELAY: '1',
      NEED_DONE_ACTION: '1',
      PACK_LOC: 'ocs:8080/download',
    });
  });

  it('brings every text through a strict parser unchanged', () => {
    fc.assert(
      fc.property(xmlText, xmlText, (command, text) => {
        const read = attributesOf(
          encodeInfoFile({ ...INFO, action: { kind: 'EXECUTE', command }, needDoneActionText: text }),
        );
        expect(read).toMatchObject({ COMMAND: command, NEED_DONE_ACTION_TEXT: text });
      }),
      { numRuns: 1000 },
    );
  });

  it('drops what XML cannot carry and stays well formed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)) }),
        (text) => {
          attributesOf(encodeInfoFile({ ...INFO, needDoneActionText: text }));
        },
      ),
    );
    const text = 'a\u0000\u0008\u001f\ud800b\uffff';
    expect(attributesOf(encodeInfoFile({ ...INFO, needDoneActionText: text })).NEED_DONE_ACTION_TEXT).toBe(
      'ab',
    );
  });

  it.each([NaN, -1, 1.5, Infinity])('refuses %s as priority, which would kill the downloader', (priority) => {
    expect(() => encodeInfoFile({ ...INFO, priority })).toThrow(RangeError);
  });
});
