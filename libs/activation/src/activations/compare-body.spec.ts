import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { compareBody } from './compare-body.js';

const MIB = 2 ** 20;
const expected = { name: '1700000001-1', size: 5 * MIB, sha256: 'f'.repeat(64) };

/** A body that ends with an error after some MiB. */
function breaking(mebibytes: number, error: Error, length: number | null = expected.size) {
  const body = Readable.from(
    (function* () {
      for (let n = 0; n < mebibytes; n++) yield Buffer.alloc(MIB);
      throw error;
    })(),
  ) as unknown as IncomingMessage;
  return { status: 200, length, body, problems: [], certificate: null };
}

const timeIsOver = new DOMException('over', 'TimeoutError');
const silence = Object.assign(new Error('silent'), { code: 'ETIMEDOUT' });

describe('a file that is not read to its end', () => {
  it('is taken for what its length says when it was coming', async () => {
    expect(await compareBody('http://a', breaking(2, timeIsOver), expected)).toMatchObject({
      problems: [],
      warnings: [{ code: 'LENGTH_ONLY', text: { en: expect.stringContaining('2097152 / 5242880') } }],
    });
  });

  it.each([
    ['nothing came in time', breaking(0, timeIsOver), 'TIMEOUT'],
    ['its length is not known', breaking(2, timeIsOver, null), 'TIMEOUT'],
    ['it fell silent', breaking(2, silence), 'TIMEOUT'],
    ['it broke off', breaking(2, Object.assign(new Error('aborted'), { code: 'ECONNRESET' })), 'UNREACHABLE'],
  ])('is a problem when %s', async (_, answer, code) => {
    expect(await compareBody('http://a', answer, expected)).toMatchObject({
      problems: [{ code }],
      warnings: [],
    });
  });
});
