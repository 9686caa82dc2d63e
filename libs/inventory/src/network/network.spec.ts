import { describe, expect, it } from 'vitest';
import type { StoredRow } from '../inventories/canonical-section.js';
import { defaultSettings } from '../settings/settings.registry.js';
import { ipdiscoverOptions } from './ipdiscover-option.js';
import { networksOf, subnetOfHost } from './network-place.js';
import { contains, formatIpv4, isScannable, parseMac, subnetOf } from './subnet.js';

describe('an IPv4 subnet', () => {
  it.each([
    ['10.1.2.3', '255.255.255.0', '10.1.2.0', 24],
    ['192.168.200.77', '255.255.252.0', '192.168.200.0', 22],
    ['255.255.255.255', '255.255.255.255', '255.255.255.255', 32],
    ['10.1.2.3', '0.0.0.0', '0.0.0.0', 0],
  ])('of %s by %s is %s/%i', (ip, mask, address, prefix) => {
    const subnet = subnetOf(ip, mask);
    expect(subnet && [formatIpv4(subnet.address), subnet.prefix]).toEqual([address, prefix]);
    expect(subnet && contains(subnet, ip)).toBe(true);
  });

  it.each([
    ['10.1.2', '255.255.255.0'],
    ['10.1.2.256', '255.255.255.0'],
    ['fe80::1', 'ffff:ffff:ffff:ffff::'],
    ['10.1.2.3', '255.0.255.0'],
    ['', ''],
  ])('is none of %j by %j', (ip, mask) => {
    expect(subnetOf(ip, mask)).toBeNull();
  });

  it('is looked through when it is neither huge nor the machine itself', () => {
    const scannable = (ip: string, mask: string): boolean => isScannable(subnetOf(ip, mask)!);
    expect(scannable('10.1.2.3', '255.255.0.0')).toBe(true);
    expect(scannable('10.1.2.3', '255.0.0.0')).toBe(false);
    expect(scannable('10.1.2.3', '255.255.255.255')).toBe(false);
    expect(scannable('127.0.0.1', '255.255.255.0')).toBe(false);
  });
});

describe('where a device stands', () => {
  const rows: StoredRow[] = [
    { MACADDR: '00-11-22-33-44-0a', IPADDRESS: '10.1.2.3', IPMASK: '255.255.255.0', VIRTUALDEV: 0 },
    { MACADDR: '00:11:22:33:44:0B', IPADDRESS: '10.1.3.3', IPMASK: '255.255.255.0' },
    { MACADDR: '02:42:00:00:00:01', IPADDRESS: '172.17.0.1', IPMASK: '255.255.0.0', VIRTUALDEV: 1 },
    { MACADDR: '00:00:00:00:00:00', IPADDRESS: '10.9.0.1', IPMASK: '255.255.255.0' },
    { MACADDR: null, IPADDRESS: 'fe80::1', IPMASK: 'ffff::' },
  ];

  it('is the subnet of the address that it calls from, and those of its physical interfaces', () => {
    expect(networksOf(rows, '10.1.3.3')).toEqual({
      subnet: '10.1.3.0',
      interfaces: [
        { mac: '00:11:22:33:44:0A', subnet: '10.1.2.0' },
        { mac: '00:11:22:33:44:0B', subnet: '10.1.3.0' },
      ],
    });
    for (const unknown of ['203.0.113.9', '172.17.0.1']) expect(networksOf(rows, unknown).subnet).toBe('');
  });

  it('tells the subnet of a host by the nearest interface that reaches it', () => {
    const wide = { IPADDRESS: '10.1.200.1', IPMASK: '255.255.0.0' };
    expect(subnetOfHost([wide, ...rows], '10.1.2.77')).toBe('10.1.2.0');
    expect(subnetOfHost([wide, ...rows], '10.1.77.77')).toBe('10.1.0.0');
    expect(subnetOfHost(rows, '192.0.2.1')).toBe('192.0.2.0');
  });
});

describe('a MAC', () => {
  it('is written in capitals with colons, and is none when it means nothing', () => {
    expect(parseMac(' 00-aa-bb-cc-dd-ee ')).toBe('00:AA:BB:CC:DD:EE');
    for (const none of ['', '00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff', '00:11:22:33:44', '00:11:22:33:44:zz'])
      expect(parseMac(none)).toBeNull();
  });
});

describe('the order to look for neighbours', () => {
  const settings = defaultSettings();
  const place = { subnet: '10.0.0.0', elected: true };
  const subnetFor = (changes: object, where: { subnet: string | null; elected: boolean }): string | null =>
    ipdiscoverOptions({ ...settings, ...changes }, where, 'x')?.subnet ?? null;

  it('goes to those elected and those forced, while IPDISCOVER is on', () => {
    expect(subnetFor({}, place)).toBe('10.0.0.0');
    expect(subnetFor({}, { ...place, elected: false })).toBeNull();
    expect(subnetFor({ IPDISCOVER: 0 }, place)).toBeNull();
    expect(subnetFor({ IPDISCOVER_ROLE: 'never' }, place)).toBeNull();
    expect(subnetFor({ IPDISCOVER_ROLE: 'forced' }, { ...place, elected: false })).toBe('10.0.0.0');
    expect(subnetFor({ IPDISCOVER_ROLE: 'forced' }, { subnet: null, elected: false })).toBeNull();
    expect(
      subnetFor({ IPDISCOVER_ROLE: 'forced', IPDISCOVER_SUBNET: '10.9.0.0' }, { subnet: '', elected: false }),
    ).toBe('10.9.0.0');
  });

  it.each([
    ['OCS-NG_windows_client_v4027', true],
    ['OCS-NG_windows_client_v4028', false],
    ['OCS-NG_linux_client_v13', true],
    ['OCS-NG_unified_unix_agent_v2.10.0', false],
  ])('is for %s in the old form: %s', (userAgent, bare) => {
    expect(ipdiscoverOptions(settings, place, userAgent)).toMatchObject({
      bare,
      latencyMs: 100,
      scanType: 'ICMP',
      arpBandwidth: 256,
    });
  });
});
