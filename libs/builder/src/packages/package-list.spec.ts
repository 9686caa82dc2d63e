import { describe, expect, it } from 'vitest';
import { packageFilter, packageListQuery } from './package-list.js';

const states = (query: object): readonly string[] => packageFilter(packageListQuery.parse(query)).states;

describe('packageFilter', () => {
  it('hides deleted packages until they are asked for', () => {
    expect(states({})).toEqual(['draft', 'uploaded', 'building', 'built', 'failed']);
    expect(states({ deleted: 'all' })).toContain('deleted');
    expect(states({ deleted: 'all' })).toContain('built');
    expect(states({ deleted: 'true' })).toEqual(['deleted']);
    expect(states({ state: 'deleted' })).toEqual(['deleted']);
  });

  it('shows one state', () => {
    expect(states({ state: 'built' })).toEqual(['built']);
    expect(states({ state: 'built', deleted: 'all' })).toEqual(['built']);
    expect(states({ state: 'built', deleted: 'true' })).toEqual([]);
  });
});
