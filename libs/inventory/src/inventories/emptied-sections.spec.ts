import type { AgentDeviceId } from '@entrepot/kernel';
import type { InventoryRequest } from '@entrepot/ocs-wire';
import { describe, expect, it } from 'vitest';
import { emptiedSections } from './emptied-sections.js';

const STORED = ['HARDWARE', 'BIOS', 'PRINTERS', 'DRIVES', 'SOFTWARES', 'LOCAL_USERS', 'PLUGIN'];

function inventory(checksum: number | null, ...sections: string[]): InventoryRequest {
  return {
    query: 'INVENTORY',
    deviceId: 'a-2026-01-01-00-00-00' as AgentDeviceId,
    oldDeviceId: null,
    checksum,
    sections: new Map(['HARDWARE', ...sections].map((name) => [name, [{ A: '1' }]])),
    software: null,
    accountInfo: [],
    downloadHistory: [],
  };
}

describe('the sections of which nothing is left', () => {
  it('are those that are absent with their bit set, but never software nor sections without a bit', () => {
    expect(emptiedSections(inventory(67_108_863), STORED)).toEqual(['PRINTERS', 'DRIVES']);
    expect(emptiedSections(inventory(67_108_863, 'DRIVES'), STORED)).toEqual(['PRINTERS']);
    expect(emptiedSections(inventory(512), STORED)).toEqual(['DRIVES']);
  });

  it('are none when no bit, or no CHECKSUM, was sent', () => {
    expect(emptiedSections(inventory(0), STORED)).toEqual([]);
    expect(emptiedSections(inventory(null), STORED)).toEqual([]);
  });
});
