import { expect, it } from 'vitest';
import { checkOptions } from './activation.options.js';

it('A default location that is none stops the start and is named.', () => {
  const good = { infoLocation: 'host:8443/download', fragmentLocation: 'host:8080/download', caFile: null };
  expect(checkOptions(good)).toEqual(good);
  expect(() => checkOptions({ ...good, infoLocation: 'https://host' })).toThrow('infoLocation');
});
