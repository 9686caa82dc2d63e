import { describe, expect, it } from 'vitest';
import { explainProbe } from './probe-explanations.js';
import { cachedBy, problemOf, type ProbeAnswer } from './probe-result.js';
import { outcomeOfPurge } from './proxy-purge.js';

const RIGHT: ProbeAnswer = { status: 200, headers: { age: '1' }, misleading: null, correct: true };

describe('whether an answer came from a cache', () => {
  it.each([
    [{ 'x-cache': 'HIT from squid.test' }, 'hit'],
    [{ 'x-cache': 'MISS from squid.test' }, 'miss'],
    [{ 'x-cache': 'MISS from near, HIT from far' }, 'hit'],
    [{ 'cache-status': 'near; fwd=miss, far; hit; ttl=30' }, 'hit'],
    [{ 'cache-status': 'near; fwd=uri-miss; stored' }, 'miss'],
    [{ age: '0' }, 'hit'],
    [{ via: '1.1 proxy' }, 'unknown'],
    [{}, 'unknown'],
  ] as const)('is told by %j: %s', (headers, cached) => {
    expect(cachedBy(headers)).toBe(cached);
  });
});

describe('what is wrong with an answer', () => {
  it.each([
    [{}, null],
    [{ headers: { 'x-cache': 'MISS from squid' } }, 'not-cached'],
    [{ correct: false }, 'wrong-bytes'],
    [{ misleading: 'via' }, 'misleading-header'],
    [{ status: 407, correct: null }, 'password'],
    [{ status: 403, correct: null }, 'refused'],
    [{ status: 404, correct: null }, 'not-found'],
    [{ status: 503, correct: null }, 'origin-unreachable'],
    [{ status: 302, correct: null }, 'status'],
  ] as const)('%j: %s', (change, problem) => {
    expect(problemOf({ ...RIGHT, ...change })).toBe(problem);
  });

  it('is explained in both languages, with the detail', () => {
    const { en, fr } = explainProbe('misleading-header', 'hit', 'via');
    expect(en).toContain('via');
    expect(fr).toContain('via');
    expect(explainProbe(null, 'hit', '').en).toContain('from its cache');
    expect(explainProbe(null, 'unknown', '').en).toContain('no header');
  });
});

it.each([
  [200, 'purged'],
  [204, 'purged'],
  [404, 'purged'],
  [403, 'refused'],
  [405, 'refused'],
  [407, 'refused'],
  [501, 'refused'],
  [302, 'refused'],
  [502, 'unreachable'],
  [503, 'unreachable'],
] as const)('PURGE answered with %i counts as %s', (status, state) => {
  expect(outcomeOfPurge(status)).toBe(state);
});
