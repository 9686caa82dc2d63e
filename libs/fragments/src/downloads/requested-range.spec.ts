import { expect, it } from 'vitest';
import { requestedRange } from './requested-range.js';

it.each([
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=5-', { start: 5, end: 99 }],
  ['bytes=-10', { start: 90, end: 99 }],
  ['bytes=-1000', { start: 0, end: 99 }],
  ['bytes=90-1000', { start: 90, end: 99 }],
  ['BYTES= 1-2 ', { start: 1, end: 2 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=100-200', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=2-1', 'whole'],
  ['bytes=-', 'whole'],
  ['bytes=0-1,3-4', 'whole'],
  ['bytes=a-b', 'whole'],
  ['items=0-1', 'whole'],
  [`bytes=${'9'.repeat(20)}-`, 'whole'],
  ['', 'whole'],
  [undefined, 'whole'],
])('reads %s of 100 bytes', (header, expected) => {
  expect(requestedRange(header, 100)).toEqual(expected);
});
