import type { DownloadEstimate } from '@entrepot/ocs-wire';
import type { DownloadEstimateView, NeverReason } from './download-estimate.schemas.js';
import { neverWords } from './estimate-words.js';

const MOST_IDS = 20;

/** What is estimated for devices that download in the same way. */
export interface EstimatedDevices {
  readonly estimate: DownloadEstimate;
  readonly count: number;
  /** Some of them. */
  readonly deviceIds: readonly string[];
}

type Summary = NonNullable<DownloadEstimateView['devices']>;

/** Puts the estimates of many devices into a few numbers. */
export function summariseEstimates(all: readonly EstimatedDevices[], priority: number): Summary {
  const lasting = all.flatMap(({ estimate: { seconds }, count }) =>
    seconds === null ? [] : [{ seconds, count }],
  );
  lasting.sort((a, b) => a.seconds - b.seconds);
  return {
    total: all.reduce((sum, { count }) => sum + count, 0),
    fastestSeconds: lasting[0]?.seconds ?? null,
    medianSeconds: medianOf(lasting),
    slowestSeconds: lasting.at(-1)?.seconds ?? null,
    never: (['priority-above-period', 'switched-off'] as const).flatMap((reason) =>
      neverFor(reason, all, priority),
    ),
  };
}

/** @param lasting in the order of seconds */
function medianOf(lasting: readonly { readonly seconds: number; readonly count: number }[]): number | null {
  const half = lasting.reduce((sum, { count }) => sum + count, 0) / 2;
  let seen = 0;
  return lasting.find(({ count }) => (seen += count) >= half)?.seconds ?? null;
}

function neverFor(reason: NeverReason, all: readonly EstimatedDevices[], priority: number): Summary['never'] {
  const them = all.filter(({ estimate }) => estimate.never === reason);
  if (them.length === 0) return [];
  const deviceIds = them.flatMap((some) => some.deviceIds).sort();
  return [
    {
      reason,
      count: them.reduce((sum, { count }) => sum + count, 0),
      deviceIds: deviceIds.slice(0, MOST_IDS),
      text: neverWords(reason, priority),
    },
  ];
}
