import { z } from 'zod';

/** Text for people, in both languages of the product. */
export const bilingual = z.object({ en: z.string(), fr: z.string() });

export type Bilingual = z.output<typeof bilingual>;

const problem = z.enum([
  'unreachable',
  'timeout',
  'password',
  'refused',
  'not-found',
  'origin-unreachable',
  'status',
  'wrong-bytes',
  'misleading-header',
  'not-cached',
]);

export type ProbeProblem = z.output<typeof problem>;

/** What a probe of a proxy cache found. */
export const probeResult = z.object({
  /** Whether it answered at all. */
  reachable: z.boolean(),
  /** Whether what it gave is what is published, to the byte; null when it gave nothing. */
  correct: z.boolean().nullable(),
  /** Whether the second answer came from its cache. */
  cached: z.enum(['hit', 'miss', 'unknown']),
  /** Status of the last answer; null without one. */
  status: z.int().nullable(),
  /** Those of the last answer's headers that caches speak with. */
  headers: z.record(z.string(), z.string()),
  /** What was asked for. */
  url: z.string(),
  problem: problem.nullable(),
  explanation: bilingual,
  at: z.iso.datetime(),
});

export type ProbeResult = z.output<typeof probeResult>;

/** One GET through a proxy, to its end or to where it was given up. */
export interface ProbeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A header that has `HTTP/` in its value, which Windows agents take for the status (OCS-PROTOCOL.md §1.6). */
  readonly misleading: string | null;
  /** Whether the body is what is published; null when the status is not 200. */
  readonly correct: boolean | null;
}

const HIT = /\bHIT\b/i;
const MISS = /\bMISS\b/i;
const CACHE_STATUS_HIT = /;\s*hit\b(?!=\?0)/i;
const CACHE_STATUS_FORWARDED = /;\s*fwd=/i;

/**
 * Whether an answer came from a cache, by what caches say: Cache-Status (RFC 9211), X-Cache (squid, Varnish and others),
 * or an Age, which this server never sends.
 */
export function cachedBy(headers: Readonly<Record<string, string>>): ProbeResult['cached'] {
  const status = headers['cache-status'] ?? '';
  const words = headers['x-cache'] ?? '';
  if (CACHE_STATUS_HIT.test(status) || HIT.test(words)) return 'hit';
  if (CACHE_STATUS_FORWARDED.test(status) || MISS.test(words)) return 'miss';
  return headers['age'] === undefined ? 'unknown' : 'hit';
}

/** What is wrong with an answer; null when nothing is. */
export function problemOf({ status, headers, misleading, correct }: ProbeAnswer): ProbeProblem | null {
  if (status === 200) {
    if (correct !== true) return 'wrong-bytes';
    if (misleading !== null) return 'misleading-header';
    return cachedBy(headers) === 'miss' ? 'not-cached' : null;
  }
  if (status === 407 || status === 401) return 'password';
  if (status === 403) return 'refused';
  if (status === 404) return 'not-found';
  return status >= 502 && status <= 504 ? 'origin-unreachable' : 'status';
}
