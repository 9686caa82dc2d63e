import type { SectionRow } from '@entrepot/ocs-wire';
import { describe, expect, it } from 'vitest';
import type { StoredRow } from '../inventories/canonical-section.js';
import { withNewAddresses } from './accept-notify.js';

describe('the rows of NETWORKS after a NOTIFY', () => {
  const rows: StoredRow[] = [
    { MACADDR: '02:FC:00:00:00:01', IPADDRESS: '192.0.2.1', IPGATEWAY: '192.0.2.254', SPEED: '1 Gb/s' },
    { MACADDR: '02:fc:00:00:00:02', IPADDRESS: '192.0.2.2' },
    { IPADDRESS: '127.0.0.1' },
  ];

  it('have the addresses of the first interface of their MAC, whatever its letter case, and keep the rest', () => {
    const sent: SectionRow[] = [
      { MAC: '02:fc:00:00:00:01', IP: '198.51.100.1', MASK: '255.255.255.0', DHCP: '198.51.100.9' },
      { MAC: '02:fc:00:00:00:01', IP: '198.51.100.2', MASK: '255.255.255.0' },
    ];
    expect(withNewAddresses(rows, sent)).toEqual([
      { ...rows[0], IPADDRESS: '198.51.100.1', IPMASK: '255.255.255.0', IPDHCP: '198.51.100.9' },
      rows[1],
      rows[2],
    ]);
  });

  it('are unchanged by an interface without IP, MASK or MAC', () => {
    const sent: SectionRow[] = [
      { MAC: '02:fc:00:00:00:01', IP: '198.51.100.1' },
      { MAC: '02:fc:00:00:00:02', MASK: '255.0.0.0' },
      { IP: '198.51.100.3', MASK: '255.0.0.0' },
    ];
    expect(withNewAddresses(rows, sent)).toEqual(rows);
  });

  it('are found at once, however many rows and interfaces there are', () => {
    const mac = (i: number): string => `02:FC:${String(i).padStart(8, '0')}`;
    const many = Array.from({ length: 65_536 }, (_, i) => ({ MACADDR: mac(i) }));
    const sent = Array.from({ length: 1_024 }, (_, i) => ({ MAC: mac(-i), IP: '1', MASK: '1' }));
    const start = performance.now();
    withNewAddresses(many, sent);
    // Every pair compared takes several seconds.
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
