import { describe, expect, it } from 'vitest';
import { identityDigest, identityFacts } from './identity-facts.js';
import { identityKeys } from './identity-keys.js';

describe('identity facts', () => {
  it('are taken from HARDWARE, BIOS and NETWORKS, trimmed, addresses in order and once', () => {
    const facts = identityFacts({ NAME: ' PC-1 ', UUID: 'U-1' }, { SSN: 'S-1 ', SMODEL: 'M', ASSETTAG: 12 }, [
      { MACADDR: 'b4-bb-6d-01-02-03', DESCRIPTION: 'eth1' },
      { MACADDR: 'a4:bb:6d:01:02:03', DESCRIPTION: 'eth0' },
      { MACADDR: 'A4:BB:6D:01:02:03', DESCRIPTION: 'eth0' },
      { MACADDR: '02:42:ac:11:00:02', DESCRIPTION: 'docker0' },
    ]);
    expect(facts).toEqual({
      hostname: 'PC-1',
      serial: 'S-1',
      uuid: 'U-1',
      model: 'M',
      assetTag: '12',
      macs: ['A4:BB:6D:01:02:03', 'B4:BB:6D:01:02:03'],
    });
    expect(identityKeys(facts).sort()).toEqual([
      'asset-tag:12',
      'hostname:pc-1',
      'mac:a4:bb:6d:01:02:03',
      'mac:b4:bb:6d:01:02:03',
      'serial:s-1',
      'uuid:u-1',
    ]);
  });

  it('are empty without rows, have at most 32 addresses, and a digest that tells them apart', () => {
    const none = identityFacts(undefined, undefined, []);
    expect(identityKeys(none)).toEqual([]);
    const many = Array.from({ length: 99 }, (_, i) => ({
      MACADDR: `A4:BB:6D:00:00:${String(i).padStart(2, '0')}`,
    }));
    expect(identityFacts(undefined, undefined, many).macs).toHaveLength(32);
    expect(identityDigest(none)).toEqual(identityDigest(identityFacts({}, {}, [])));
    expect(identityDigest(none)).not.toEqual(identityDigest(identityFacts({ NAME: 'a' }, {}, [])));
  });
});
