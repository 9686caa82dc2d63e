export interface WaitOptions {
  /** Milliseconds after which the wait fails; 15,000 unless told. */
  readonly timeoutMs?: number;
  /** What is waited for, for the message of the failure. */
  readonly what?: string;
  /** Milliseconds between two tries; 25 unless told. */
  readonly everyMs?: number;
}

/**
 * Tries a condition again and again until it answers something truthy; a condition that throws is tried again.
 * @returns what the condition answered
 * @throws Error naming `what`, with the last failure as its cause, when the time is over
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<Exclude<T, false | null | undefined | 0 | ''>> {
  const { timeoutMs = 15_000, what = 'the condition', everyMs = 25 } = options;
  const deadline = performance.now() + timeoutMs;
  let lastFailure: unknown;
  for (;;) {
    try {
      const answer = await condition();
      if (answer) return answer as Exclude<T, false | null | undefined | 0 | ''>;
      lastFailure = undefined;
    } catch (failure) {
      lastFailure = failure;
    }
    if (performance.now() > deadline) {
      const reason = lastFailure instanceof Error ? `: ${lastFailure.message}` : '';
      throw new Error(`Waited ${timeoutMs} ms in vain for ${what}${reason}`, { cause: lastFailure });
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
