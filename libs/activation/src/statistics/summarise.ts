import { decodeResult } from '../deliveries/result-words.js';
import type { StateCounts, PackageStatisticsView } from './statistics.schemas.js';
import type { StateCount } from './statistics.queries.js';

type Summary = Pick<
  PackageStatisticsView,
  'counts' | 'total' | 'stages' | 'succeededWithWarnings' | 'failuresByCode' | 'lastReportAt'
>;

/**
 * Adds up counts per state, stage and code; attempts without a result to expect (withdrawn, superseded) are left out.
 * @param package whose counts these are
 */
export function summarise(
  rows: readonly StateCount[],
  { packageId, operatingSystem }: { readonly packageId: string; readonly operatingSystem: string },
): Summary {
  const counts = countsOf(rows);
  const staged = (stage: StateCount['stage']): number => sum(rows.filter((row) => row.stage === stage));
  const isWarning = ({ state, code }: StateCount): boolean =>
    state === 'succeeded' && decodeResult(code ?? '', operatingSystem).severity === 'warning';
  const reportTimes = rows.flatMap((row) => (row.lastReportAt === null ? [] : [row.lastReportAt.getTime()]));
  return {
    counts,
    total: counts.waiting + counts.notified + counts.succeeded + counts.failed,
    stages: {
      offered: staged('offered'),
      infoFetched: staged('info-fetched'),
      downloading: staged('downloading'),
      downloaded: staged('downloaded'),
    },
    succeededWithWarnings: sum(rows.filter(isWarning)),
    failuresByCode: rows
      .filter((row) => row.state === 'failed')
      .map(({ code, count }) => ({
        code: code ?? '',
        count,
        reason: decodeResult(code ?? '', operatingSystem).text,
        link: `/api/v1/deliveries?packageId=${packageId}&code=${encodeURIComponent(code ?? '')}&state=failed&latest=true`,
      }))
      .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1)),
    lastReportAt: reportTimes.length === 0 ? null : new Date(Math.max(...reportTimes)).toISOString(),
  };
}

/** Adds up the states that count; others are left out. */
export function countsOf(rows: readonly { readonly state: string; readonly count: number }[]): StateCounts {
  const of = (state: string): number => sum(rows.filter((row) => row.state === state));
  return {
    waiting: of('waiting'),
    notified: of('notified'),
    succeeded: of('succeeded'),
    failed: of('failed'),
  };
}

function sum(rows: readonly { readonly count: number }[]): number {
  return rows.reduce((total, row) => total + row.count, 0);
}
