import { expect, it } from 'vitest';
import { Pace } from './pace.js';

it('lets so many bytes a second pass, and makes up for no time in which nothing was asked', async () => {
  let now = 0;
  const waits: number[] = [];
  const pace = new Pace(
    1_000,
    () => now,
    (ms) => {
      waits.push(ms);
      now += ms;
      return Promise.resolve();
    },
  );
  await pace.pass(500);
  await pace.pass(250);
  now += 10_000;
  await pace.pass(100);
  expect(waits).toEqual([500, 250, 100]);
});

it('saves waits up that are too short for a timer', async () => {
  const waits: number[] = [];
  const pace = new Pace(
    1_000,
    () => 0,
    (ms) => Promise.resolve(void waits.push(ms)),
  );
  for (let n = 0; n < 6; n++) await pace.pass(1);
  expect(waits).toEqual([6]);
});
