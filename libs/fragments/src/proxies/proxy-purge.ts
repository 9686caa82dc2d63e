import { z } from 'zod';
import type { ProxyCacheId } from './proxy-cache.js';

/** What became of a purge: nothing yet, gone, not allowed there, or nobody answered so far. */
export const purgeState = z.enum(['waiting', 'purged', 'refused', 'unreachable']);

export type PurgeState = z.output<typeof purgeState>;

export const proxyPurgeView = z.object({
  fileId: z.string(),
  state: purgeState,
  askedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  /** What the proxy or the network said, in English. */
  detail: z.string().nullable(),
});

export type ProxyPurgeView = z.output<typeof proxyPurgeView>;

/** One package to be purged from one proxy cache. */
export interface ProxyPurge {
  readonly proxyCacheId: ProxyCacheId;
  readonly fileId: string;
  readonly state: PurgeState;
  readonly askedAt: Date;
  /** Only once the package is served no more. */
  readonly afterFreeing: boolean;
  readonly endedAt: Date | null;
  readonly detail: string | null;
}

/** How a purge of some or all fragments ended; `unreachable` is worth another try. */
export interface PurgeOutcome {
  readonly state: Exclude<PurgeState, 'waiting'>;
  readonly detail: string;
}

/**
 * What a proxy cache means by its answer to PURGE: 200 (204 of some) gone, 404 was not there, 5xx not now, anything
 * else (403, 405, 407, 501) not allowed.
 */
export function outcomeOfPurge(status: number): PurgeOutcome['state'] {
  if (status === 404 || (status >= 200 && status < 300)) return 'purged';
  return status >= 500 && status !== 501 && status !== 505 ? 'unreachable' : 'refused';
}
