import { z } from 'zod';

const MONTH_IN_MINUTES = 31 * 24 * 60;
const minutes = z.int().min(1).max(MONTH_IN_MINUTES);

/** Which failures of a package are tried again by themselves, how often, and after how long. */
export const retryPolicySchema = z
  .strictObject({
    /** Codes as agents report them (OCS-PROTOCOL.md §4.5); `*` at the end stands for anything. */
    on: z
      .array(
        z
          .string()
          .regex(
            /^(?:[A-Z0-9_]{0,63}[A-Z0-9]|[A-Z0-9_]{1,64}\*|\*)$/,
            'must be a code such as ERR_BAD_DIGEST or ERR_*',
          ),
      )
      .min(1)
      .max(50),
    retries: z.int().min(1).max(20),
    /** 0: at the next PROLOG. */
    firstAfterMinutes: z.int().min(0).max(MONTH_IN_MINUTES),
    /** Each wait is so many times the one before. */
    factor: z.number().min(1).max(10),
    maxAfterMinutes: minutes,
  })
  .refine((policy) => policy.firstAfterMinutes <= policy.maxAfterMinutes, {
    path: ['maxAfterMinutes'],
    message: 'must not be less than firstAfterMinutes',
  });
export type RetryPolicy = z.infer<typeof retryPolicySchema>;

/**
 * When a failed attempt is tried again.
 * @param retry automatic retries that led to it
 * @returns minutes to wait, or null when the policy does not ask for another try
 */
export function retryAfterMinutes(policy: RetryPolicy, code: string, retry: number): number | null {
  if (retry >= policy.retries || !policy.on.some((pattern) => covers(pattern, code))) return null;
  return Math.min(policy.maxAfterMinutes, policy.firstAfterMinutes * policy.factor ** retry);
}

function covers(pattern: string, code: string): boolean {
  return pattern.endsWith('*') ? code.startsWith(pattern.slice(0, -1)) : code === pattern;
}
