import { describe, expect, it } from 'vitest';
import { networkSchema } from './network.js';
import { plainAddress } from './plain-address.js';

describe('a network', () => {
  it.each(['10.2.0.0/16', '10.2.3.4', '10.2.3.4/8', '0.0.0.0/0', '2001:db8::/32', '::1', ' 10.0.0.0/8 '])(
    'may be %s',
    (text) => {
      expect(networkSchema.safeParse(text).success).toBe(true);
    },
  );

  it.each([
    '',
    'x',
    '10.2.0.0/33',
    '10.2.0.0/-1',
    '10.2.0.0/1/2',
    '10.2/16',
    '::/129',
    'fe80::1%eth0',
    '::ffff:10.0.0.0/104',
  ])('may not be %s', (text) => {
    expect(networkSchema.safeParse(text).success).toBe(false);
  });
});

it('writes addresses as people do', () => {
  expect(['::ffff:10.1.2.3', '10.1.2.3', 'fe80::1%eth0', '2001:db8::1'].map(plainAddress)).toEqual([
    '10.1.2.3',
    '10.1.2.3',
    'fe80::1',
    '2001:db8::1',
  ]);
});

it('has an address that nobody has for whoever is gone, and for what is none', () => {
  expect([undefined, '', 'unknown', '10.1.2.3:4567', 'x'.repeat(1_000)].map(plainAddress)).toEqual(
    Array(5).fill('0.0.0.0'),
  );
});
