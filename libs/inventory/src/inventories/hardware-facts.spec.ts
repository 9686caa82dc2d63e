import { describe, expect, it } from 'vitest';
import {
  accumulateChecksum,
  chooseIpAddress,
  factOf,
  inventoryDate,
  keepRealUser,
} from './hardware-facts.js';

const now = new Date('2026-11-20T12:00:00Z');

describe('the address of a device', () => {
  const networks = [{ IPADDRESS: '10.0.0.5' }, { IPADDRESS: '192.0.2.7' }];
  it('is that of the interface it calls from, else what HARDWARE says', () => {
    expect(chooseIpAddress(networks, { IPADDR: '10.0.0.5' }, '192.0.2.7')).toBe('192.0.2.7');
    expect(chooseIpAddress(networks, { IPADDR: '10.0.0.5' }, '203.0.113.1')).toBe('10.0.0.5');
    expect(chooseIpAddress([], undefined, '203.0.113.1')).toBe('');
  });
});

describe('the date of an inventory', () => {
  it.each([
    ['2026-11-19 08:00:00', '2026-11-19T08:00:00.000Z'],
    ['1970-01-01 00:00:00', now.toISOString()],
    ['2031-01-01 00:00:00', now.toISOString()],
    [null, now.toISOString()],
    [undefined, now.toISOString()],
  ])('for LASTDATE %s is %s', (sent, date) => {
    expect(inventoryDate(sent === undefined ? {} : { LASTDATE: sent }, now).toISOString()).toBe(date);
    expect(inventoryDate(undefined, now)).toBe(now);
  });
});

describe('USERID', () => {
  it.each(['SYSTEM', 'LocalSystem', ' system '])('keeps the last real user when %j is logged in', (user) => {
    expect(keepRealUser({ USERID: user }, 'ada').USERID).toBe('ada');
    expect(keepRealUser({ USERID: user }, '').USERID).toBe(user);
  });

  it('is what was sent for anybody else', () => {
    expect(keepRealUser({ USERID: 'system32' }, 'ada').USERID).toBe('system32');
    expect(keepRealUser({}, 'ada')).toEqual({});
  });
});

describe('CHECKSUM', () => {
  it.each([
    [0, 0, 1],
    [512, 8, 521],
    [null, 0, 67_108_863],
    [2 ** 40, 4, 2 ** 40 + 5],
  ])('of %s on top of %s accumulates to %s', (sent, stored, result) => {
    expect(accumulateChecksum(sent, stored)).toBe(result);
  });
});

describe('a fact of HARDWARE', () => {
  it('is text that the database and events can hold', () => {
    expect(factOf({ NAME: '\u{1f600}'.repeat(255) }, 'NAME').length).toBe(255);
    expect(factOf({ NAME: 7 }, 'NAME')).toBe('7');
    expect(factOf(undefined, 'NAME')).toBe('');
  });
});
