import { expect, it } from 'vitest';
import { storableJson } from './storable.js';

it('What Postgres would refuse is left out of texts and names, and nothing else is touched.', () => {
  const sent = { 'a\0b': ['c\0', '\ud800!', { d: 1, e: null, f: true }], g: 'plain \\u0000 text' };
  expect(JSON.parse(storableJson(sent))).toEqual({
    ab: ['c', '\ufffd!', { d: 1, e: null, f: true }],
    g: 'plain \\u0000 text',
  });
  expect(storableJson(undefined)).toBe('null');
});
