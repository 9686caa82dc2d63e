import { describe, expect, it } from 'vitest';
import { isSchedule } from './schedule.js';

describe('a schedule', () => {
  it.each(['2025/11/20 09:30', '2024/02/29 23:59'])('may be %s', (text) => {
    expect(isSchedule(text)).toBe(true);
  });

  it.each([
    '//2017-02-18 01:00',
    '2025-11-20 09:30',
    '2025/11/20',
    '2025/2/3 09:30',
    '2023/02/29 10:00',
    '2025/13/01 10:00',
    '2025/11/20 24:00',
    '2025/11/20 09:60',
    '0000/00/00 00:00',
  ])('may not be %s', (text) => {
    expect(isSchedule(text)).toBe(false);
  });
});
