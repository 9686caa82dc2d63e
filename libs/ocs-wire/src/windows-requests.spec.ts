import { constants, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflateBody } from './compression.js';
import { decodeRequest } from './decode-request.js';

const ID = 'PC 1.corp-2024-01-31-10-20-30';
const LIMIT = 1024 * 1024;

/** As the Windows agent packs: flushed, never finished (OCS-PROTOCOL.md §1.2). */
function unterminated(xml: string): Buffer {
  return deflateSync(xml, { finishFlush: constants.Z_SYNC_FLUSH });
}

describe('a Windows request', () => {
  it.each([
    [
      'PROLOG',
      `<REQUEST><DEVICEID>${ID}</DEVICEID><CONTENT/><QUERY>PROLOG</QUERY></REQUEST>`,
      { query: 'PROLOG' },
    ],
    [
      'DOWNLOAD',
      `<REQUEST ID="1415269627" ERR="EXIT_CODE_2"><DEVICEID>${ID}</DEVICEID><CONTENT/><QUERY>DOWNLOAD</QUERY></REQUEST>`,
      { query: 'DOWNLOAD', fileId: '1415269627', result: 'EXIT_CODE_2' },
    ],
    [
      'INVENTORY',
      `<REQUEST><DEVICEID>${ID}</DEVICEID><CONTENT><HARDWARE><NAME>PC 1</NAME></HARDWARE></CONTENT><QUERY>INVENTORY</QUERY></REQUEST>`,
      { query: 'INVENTORY', checksum: null },
    ],
  ])('%s is read from its unterminated stream', async (_title, xml, expected) => {
    const body = unterminated(`<?xml version="1.0" encoding="UTF-8" ?>\n${xml}`);
    expect(decodeRequest((await inflateBody(body, LIMIT)).bytes)).toMatchObject({
      deviceId: ID,
      ...expected,
    });
  });

  const prolog = `<REQUEST><DEVICEID>${ID}</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>`;

  it('is refused with 500 when its stream is cut', async () => {
    const body = unterminated(prolog);
    await expect(inflateBody(body.subarray(0, body.length - 12), LIMIT)).rejects.toMatchObject({
      code: 'WIRE_BODY_NOT_INFLATABLE',
      status: 500,
    });
  });

  it('is refused with 400 when its stream was flushed before the XML was whole', async () => {
    const { bytes } = await inflateBody(unterminated(prolog.slice(0, -12)), LIMIT);
    expect(() => decodeRequest(bytes)).toThrow(
      expect.objectContaining({ code: 'WIRE_XML_INVALID', status: 400 }),
    );
  });
});
