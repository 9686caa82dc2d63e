import {
  constants,
  createDeflate,
  deflateRawSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateSync,
} from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { deflateReply, inflateBody } from './compression.js';

const XML = '<?xml version="1.0"?><REQUEST><QUERY>PROLOG</QUERY></REQUEST>';
const LIMIT = 1024 * 1024;

/** One GiB of zeros, and then bytes that no inflater accepts. */
function bomb(): Buffer {
  const mebibyte = deflateRawSync(Buffer.alloc(1024 * 1024), { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([
    Buffer.from([0x78, 0x9c]),
    ...Array.from({ length: 1024 }, () => mebibyte),
    Buffer.alloc(64, 0xff),
  ]);
}

/** A document of several hundred KiB that does not compress to nothing. */
const LONG = `<REQUEST>${Array.from({ length: 20_000 }, (_, i) => `<N>${(i * 7919) % 104_729}</N>`).join('')}</REQUEST>`;
const CHUNK = 32 * 1024;

/** A zlib stream flushed after each piece and never ended; the flush points are where its parts end. */
async function flushedParts(xml: string): Promise<Buffer[]> {
  const deflate = createDeflate();
  const parts: Buffer[] = [];
  for (let at = 0; at < xml.length; at += CHUNK) {
    deflate.write(xml.slice(at, at + CHUNK));
    await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve));
    parts.push(deflate.read() as Buffer);
  }
  return parts;
}

describe('inflateBody', () => {
  it.each([
    ['zlib', 'zlib', deflateSync(XML)],
    ['zlib with bytes behind its end', 'zlib', Buffer.concat([deflateSync(XML), Buffer.from('\0\r\n')])],
    [
      'zlib without its end, as Windows sends it',
      'zlib',
      deflateSync(XML, { finishFlush: constants.Z_SYNC_FLUSH }),
    ],
    ['gzip', 'gzip', gzipSync(XML)],
    ['gzip without its end', 'gzip', gzipSync(XML, { finishFlush: constants.Z_SYNC_FLUSH })],
    ['clear XML', 'clear', Buffer.from(XML)],
  ])('reads %s', async (_title, encoding, body) => {
    const inflated = await inflateBody(body, LIMIT);
    expect(inflated.encoding).toBe(encoding);
    expect(inflated.bytes.toString()).toBe(XML);
  });

  it('reads a stream that was flushed every 32 KiB and not ended, as far as it goes', async () => {
    const parts = await flushedParts(LONG);
    expect(parts.length).toBeGreaterThan(3);
    expect((await inflateBody(Buffer.concat(parts), LIMIT)).bytes.toString()).toBe(LONG);
    const cut = await inflateBody(Buffer.concat(parts.slice(0, 2)), LIMIT);
    expect(cut.bytes.toString()).toBe(LONG.slice(0, 2 * CHUNK));
  });

  it('accepts clear XML without a declaration, in any case, and after a byte order mark', async () => {
    for (const xml of ['<REQUEST/>', '<?XML version="1.0"?><REQUEST/>', '\ufeff<?xml version="1.0"?><R/>']) {
      expect((await inflateBody(Buffer.from(xml), LIMIT)).encoding).toBe('clear');
    }
  });

  it('accepts exactly the limit and refuses one byte more, however it is packed', async () => {
    const body = Buffer.from(XML);
    for (const packed of [body, deflateSync(body), gzipSync(body)]) {
      expect((await inflateBody(packed, body.length)).bytes).toHaveLength(body.length);
      await expect(inflateBody(packed, body.length - 1)).rejects.toMatchObject({
        code: 'WIRE_BODY_TOO_LARGE',
        status: 500,
      });
    }
  });

  it('stops a bomb of 1 GiB at the limit, before it sees the broken bytes at its end', async () => {
    await expect(inflateBody(bomb(), LIMIT)).rejects.toMatchObject({ code: 'WIRE_BODY_TOO_LARGE' });
  });

  it.each([
    ['text that is no XML', Buffer.from('this is not compressed')],
    ['raw deflate', deflateRawSync(XML)],
    ['a zlib header before garbage', Buffer.from([0x78, 0x9c, 0xff, 0xff, 0xff, 0xff])],
    ['zlib cut by a byte', deflateSync(XML).subarray(0, -1)],
    ['zlib without its checksum', deflateSync(XML).subarray(0, -4)],
    ['a small zlib cut in the middle', deflateSync(XML).subarray(0, 30)],
    ['a large zlib cut in the middle', deflateSync(LONG).subarray(0, 20_000)],
    ['nothing but the header of zlib', deflateSync(XML).subarray(0, 2)],
    ['gzip cut in the middle', gzipSync(XML).subarray(0, 40)],
    ['gzip without its length', gzipSync(XML).subarray(0, -4)],
    ['a corrupt checksum', Buffer.concat([deflateSync(XML).subarray(0, -1), Buffer.from([0x99])])],
    ['a broken gzip', Buffer.from([0x1f, 0x8b, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
  ])('refuses %s with 500', async (_title, body) => {
    await expect(inflateBody(body, LIMIT)).rejects.toMatchObject({
      code: 'WIRE_BODY_NOT_INFLATABLE',
      status: 500,
    });
  });

  it('refuses a body that is empty or inflates to nothing with 500', async () => {
    for (const body of [Buffer.alloc(0), deflateSync(''), gzipSync('')]) {
      await expect(inflateBody(body, LIMIT)).rejects.toMatchObject({ code: 'WIRE_BODY_EMPTY', status: 500 });
    }
  });
});

describe('deflateReply', () => {
  it('packs as the request was packed', async () => {
    expect(inflateSync(await deflateReply(XML, 'zlib')).toString()).toBe(XML);
    expect(gunzipSync(await deflateReply(XML, 'gzip')).toString()).toBe(XML);
    expect((await deflateReply('é', 'clear')).toString('utf8')).toBe('é');
  });
});
