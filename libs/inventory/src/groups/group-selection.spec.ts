import { describe, expect, it } from 'vitest';
import { selection } from './group-selection.js';

const named = { device: 'name', operator: 'equal', value: 'a' };

describe('a selection', () => {
  it('is a whole search result, given as criteria or as the filters of a search', () => {
    expect(selection.parse({ search: named }).search).toEqual(named);
    expect(selection.parse({ search: { criteria: named } }).search).toEqual(named);
    expect(selection.parse({ search: { text: 'PC', tag: 'Lyon', criteria: named } }).search).toEqual({
      all: [
        {
          any: ['name', 'agentDeviceId', 'tag', 'ipAddress'].map((device) => ({
            device,
            operator: 'contains',
            value: 'PC',
          })),
        },
        { device: 'tag', operator: 'equal', value: 'Lyon' },
        named,
      ],
    });
  });

  it('refuses what would mean all devices by mistake, and names the place of what it does not understand', () => {
    expect(selection.safeParse({ search: { text: '' } }).success).toBe(false);
    expect(selection.safeParse({ search: { text: 'a', limit: 3 } }).success).toBe(false);
    expect(selection.safeParse({}).success).toBe(false);
    const read = selection.safeParse({ search: { criteria: { device: 'name', operator: 'is' } } });
    expect(read.error?.issues[0]?.path).toEqual(['search', 'criteria', 'operator']);
  });
});
