import { describe, expect, it } from 'vitest';
import { GenerationalMap } from './generational-map.js';

describe('the generational map', () => {
  it('keeps what is asked for and forgets the rest', () => {
    const map = new GenerationalMap<number, number>(10);
    for (let i = 0; i < 100; i++) {
      map.set(i, i);
      expect(map.get(0)).toBe(0);
    }
    expect(map.get(99)).toBe(99);
    expect(map.get(50)).toBeUndefined();
  });
});
