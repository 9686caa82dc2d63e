import { describe, expect, it } from 'vitest';
import type { DeliveryState } from '../deliveries/delivery.js';
import type { StateCount } from './statistics.queries.js';
import { summarise } from './summarise.js';

const built = { packageId: 'p', operatingSystem: 'windows' };

describe('the statistics of a package', () => {
  it('add up states, list failures by frequency and leave out what has no result to expect', () => {
    const early = new Date('2025-11-20T10:00:00Z');
    const late = new Date('2025-11-20T11:00:00Z');
    const of = (state: DeliveryState, count: number, rest: Partial<StateCount> = {}): StateCount => ({
      ...{ state, count, stage: state === 'notified' ? 'offered' : state, code: null, lastReportAt: null },
      ...rest,
    });
    expect(
      summarise(
        [
          of('waiting', 4),
          of('notified', 2),
          of('notified', 1, { stage: 'downloading' }),
          of('notified', 1, { code: 'ERR_DOWNLOAD_INFO', lastReportAt: late }),
          of('succeeded', 4, { code: 'SUCCESS', lastReportAt: early }),
          of('succeeded', 1, { code: 'SUCCESS_1', lastReportAt: early }),
          of('failed', 1, { code: 'ERR_BAD_DIGEST', lastReportAt: early }),
          of('failed', 2, { code: 'EXIT_CODE_1603', lastReportAt: early }),
          of('withdrawn', 9),
        ],
        built,
      ),
    ).toEqual({
      counts: { waiting: 4, notified: 4, succeeded: 5, failed: 3 },
      total: 16,
      stages: { offered: 3, infoFetched: 0, downloading: 1, downloaded: 0 },
      succeededWithWarnings: 1,
      failuresByCode: [
        {
          code: 'EXIT_CODE_1603',
          count: 2,
          reason: {
            en: expect.stringContaining('fatal error'),
            fr: expect.stringContaining('erreur fatale'),
          },
          link: '/api/v1/deliveries?packageId=p&code=EXIT_CODE_1603&state=failed&latest=true',
        },
        expect.objectContaining({ code: 'ERR_BAD_DIGEST', count: 1 }),
      ],
      lastReportAt: late.toISOString(),
    });
  });

  it('are all zero before anything is assigned', () => {
    expect(summarise([], built)).toMatchObject({ total: 0, failuresByCode: [], lastReportAt: null });
  });
});
