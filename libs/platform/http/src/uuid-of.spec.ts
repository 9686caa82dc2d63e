import type { DeviceId } from '@entrepot/kernel';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openApiSchema } from './json-schema.js';
import { uuidOf } from './uuid-of.js';

const UUID = '0195d0a0-0000-7000-8000-00000000000a';
const deviceId = z.uuid().pipe(uuidOf<DeviceId>());

describe('an id in a request', () => {
  it('is taken in any case and is then in lower case', () => {
    expect(uuidOf<DeviceId>().parse(UUID.toUpperCase())).toBe(UUID);
    expect(deviceId.parse(UUID.toUpperCase())).toBe(UUID);
  });

  it('is refused when it is no UUID', () => {
    const { error } = uuidOf<DeviceId>().safeParse(`${UUID}0`);
    expect(error?.issues).toMatchObject([{ message: 'must be a UUID' }]);
  });

  it('is described as the UUID that a client sends', () => {
    expect(openApiSchema(deviceId.optional(), 'input')).toEqual(openApiSchema(z.uuid().optional(), 'input'));
  });
});
