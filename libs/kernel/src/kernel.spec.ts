import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AppError,
  defineErrors,
  DigestMeter,
  parseAgentDeviceId,
  parseFileId,
  parseUuid,
  sha256Hex,
} from './index.js';

describe('ids', () => {
  it.each(['1700000001', '2147483647'])('takes %s as a file id', (text) => {
    expect(parseFileId(text)).toBe(text);
  });

  it.each([
    '',
    '0700000001',
    '170000000',
    '17000000012',
    '2147483648',
    '1700000001 ',
    '17000000a1',
    '../../info',
  ])('does not take %j as a file id', (text) => {
    expect(parseFileId(text)).toBeNull();
  });

  it.each(['host-2024-01-31-10-20-30', 'Büro PC.local-2024-01-31-10-20-30', 'a-b-2024-01-31-10-20-30'])(
    'takes %s as what an agent calls itself',
    (text) => {
      expect(parseAgentDeviceId(text)).toBe(text);
    },
  );

  it.each([
    'host',
    '-2024-01-31-10-20-30',
    'host-2024-1-31-10-20-30',
    'a\nb-2024-01-31-10-20-30',
    `${'x'.repeat(300)}-2024-01-31-10-20-30`,
  ])('does not take %j as what an agent calls itself', (text) => {
    expect(parseAgentDeviceId(text)).toBeNull();
  });

  it('takes lower-case UUIDs only', () => {
    expect(parseUuid('01a1fa45-ab0e-760f-83ec-5323284992e4')).not.toBeNull();
    expect(parseUuid('01A1FA45-AB0E-760F-83EC-5323284992E4')).toBeNull();
    expect(parseUuid("01a1fa45-ab0e-760f-83ec-5323284992e4'")).toBeNull();
  });
});

describe('errors', () => {
  it('carry the code and the kind of their catalogue', () => {
    const errors = defineErrors({ TRIAL_NOT_FOUND: ['not-found', 'No such trial'] });
    const error = new AppError(errors.TRIAL_NOT_FOUND, 'There is no trial 7', { field: 'id' });
    expect([error.code, error.kind, error.message, error.details.field]).toEqual([
      'TRIAL_NOT_FOUND',
      'not-found',
      'There is no trial 7',
      'id',
    ]);
  });
});

describe('digests', () => {
  it('do not depend on how the bytes were cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (chunks) => {
        const meter = new DigestMeter();
        for (const chunk of chunks) meter.update(chunk);
        const whole = Buffer.concat(chunks);
        expect(meter.finish()).toEqual({
          sha256: sha256Hex(whole),
          md5: createHash('md5').update(whole).digest('hex'),
          size: whole.length,
        });
      }),
    );
  });
});
