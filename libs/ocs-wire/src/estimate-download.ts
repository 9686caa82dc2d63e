/** What an agent's downloader goes by, as the PROLOG tells it (OCS-PROTOCOL.md §5.5). */
export interface DownloadPace {
  /** Whether the device downloads at all. */
  readonly on: boolean;
  /** Seconds. */
  readonly cycleLatency: number;
  readonly fragLatency: number;
  readonly periodLatency: number;
  /** Cycles; also the highest priority that is ever served. */
  readonly periodLength: number;
}

export interface DownloadEstimateRequest {
  readonly pace: DownloadPace;
  /** 0 comes first and alone; another number is served each so many cycles. */
  readonly priority: number;
  /** Fragments to fetch; 0 for a package that is only a command. */
  readonly fragments: number;
  /** Bytes of all fragments together. */
  readonly bytes: number;
  /** What the network gives; null when the transfer is not to be counted. OCS itself counts with 25,000. */
  readonly bytesPerSecond: number | null;
  /** `linux` and `macos` do not pause after a cycle of priority 0; all others are counted as Windows, which does. */
  readonly operatingSystem?: string;
}

export interface DownloadEstimate {
  /** From the downloader's first cycle until the package has run; rounded up, null when it never will. */
  readonly seconds: number | null;
  readonly never: 'priority-above-period' | 'switched-off' | null;
}

const WITHOUT_CYCLE_PAUSE: ReadonlySet<string> = new Set(['linux', 'macos']);

/**
 * How long an agent needs for a package that it handles alone, by the loop of its downloader (OCS-PROTOCOL.md §5.5): one
 * step for each fragment and one to build, verify and execute; the result is posted in that step. A step is done when the
 * number of the cycle can be divided by the priority; FRAG_LATENCY follows each step, CYCLE_LATENCY each cycle and
 * PERIOD_LATENCY each period. How long the package's own command runs is not known, and not counted.
 * @throws RangeError when a number is negative, or `priority` or `fragments` is not whole
 */
export function estimateDownload(request: DownloadEstimateRequest): DownloadEstimate {
  const { pace, priority, fragments, bytes, bytesPerSecond } = request;
  assertWhole('priority', priority);
  assertWhole('fragments', fragments);
  if (!(bytes >= 0) || (bytesPerSecond !== null && !(bytesPerSecond > 0)))
    throw new RangeError('bytes must be 0 or more, and bytesPerSecond more than 0.');
  if (!pace.on) return { seconds: null, never: 'switched-off' };
  if (pace.periodLength < 1 || priority > pace.periodLength)
    return { seconds: null, never: 'priority-above-period' };
  const transfer = bytesPerSecond === null ? 0 : bytes / bytesPerSecond;
  return { seconds: Math.ceil(pausesOf(request, fragments + 1) + transfer), never: null };
}

/** Seconds of all pauses before the last of so many steps. */
function pausesOf({ pace, priority, operatingSystem }: DownloadEstimateRequest, steps: number): number {
  const { fragLatency, periodLatency, periodLength } = pace;
  const each = Math.max(priority, 1);
  const unpaused = priority === 0 && WITHOUT_CYCLE_PAUSE.has(operatingSystem ?? '');
  const cycleLatency = unpaused ? 0 : pace.cycleLatency;
  const perPeriod = Math.floor(periodLength / each);
  const periods = Math.floor((steps - 1) / perPeriod);
  const stepsBefore = (steps - 1) % perPeriod;
  const cyclesBefore = (stepsBefore + 1) * each - 1;
  const period = periodLength * cycleLatency + perPeriod * fragLatency + periodLatency;
  return periods * period + cyclesBefore * cycleLatency + stepsBefore * fragLatency;
}

function assertWhole(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${name} must be a whole number of 0 or more.`);
}
