import { expect, it } from 'vitest';
import { versionOrder } from './version-order.js';

it.each([
  ['1.2.10', [1, 2, 10]],
  ['2:7.4.052-1ubuntu3', [7, 4, 52]],
  ['1:', []],
  ['', []],
  ['v1', []],
  ['..1..2.', [1, 2]],
  ['10.0.19041.1 (x64)', [10, 0, 19041, 1]],
  ['99999999999999999999.1', [2_147_483_647, 1]],
  [Array.from({ length: 40 }, () => '1').join('.'), Array.from({ length: 16 }, () => 1)],
])('The numbers of version %j are %j.', (version, numbers) => {
  expect(versionOrder(version)).toEqual(numbers);
});
