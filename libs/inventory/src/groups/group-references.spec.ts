import { describe, expect, it } from 'vitest';
import { wayTo } from './group-references.js';

const known = (graph: Record<string, string[]>): Map<string, { refersTo: string[] }> =>
  new Map(Object.entries(graph).map(([id, refersTo]) => [id, { refersTo }]));

describe('wayTo', () => {
  it('finds the way back to the group, also over others', () => {
    expect(wayTo('a', ['a'], known({}))).toEqual(['a']);
    expect(wayTo('a', ['b'], known({ b: ['c'], c: ['a'] }))).toEqual(['b', 'c', 'a']);
  });

  it('finds none where several ways lead elsewhere', () => {
    expect(wayTo('a', ['b', 'c'], known({ b: ['d'], c: ['d'], d: ['e'] }))).toBeNull();
  });

  it('ends when others make a circle', () => {
    expect(wayTo('a', ['b'], known({ b: ['c'], c: ['b'] }))).toBeNull();
  });
});
