import { describe, expect, it } from 'vitest';
import { summarise } from './package-statistics.js';

describe('the statistics of a package', () => {
  it('add up states, list failures by frequency and leave out what has no result to expect', () => {
    const early = new Date('2025-11-20T10:00:00Z');
    const late = new Date('2025-11-20T11:00:00Z');
    const row = { code: null, lastReportAt: null };
    expect(
      summarise([
        { ...row, state: 'waiting', count: 4 },
        { ...row, state: 'notified', count: 3 },
        { ...row, state: 'notified', code: 'ERR_DOWNLOAD_INFO', count: 1, lastReportAt: late },
        { ...row, state: 'succeeded', code: 'SUCCESS', count: 5, lastReportAt: early },
        { ...row, state: 'failed', code: 'ERR_BAD_DIGEST', count: 1, lastReportAt: early },
        { ...row, state: 'failed', code: 'ERR_EXECUTE', count: 2, lastReportAt: early },
        { ...row, state: 'withdrawn', count: 9 },
      ]),
    ).toEqual({
      counts: { waiting: 4, notified: 4, succeeded: 5, failed: 3 },
      total: 16,
      failuresByCode: [
        { code: 'ERR_EXECUTE', count: 2 },
        { code: 'ERR_BAD_DIGEST', count: 1 },
      ],
      lastReportAt: late.toISOString(),
    });
  });

  it('are all zero before anything is assigned', () => {
    expect(summarise([])).toMatchObject({ total: 0, failuresByCode: [], lastReportAt: null });
  });
});
