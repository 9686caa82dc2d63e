import { z } from 'zod';
import { wordsSchema } from '../words.js';
import { LOCATION_FINDING_CODES } from './location-findings.js';

const findingSchema = z.object({ code: z.enum(LOCATION_FINDING_CODES), text: wordsSchema });

const certificateSchema = z.object({
  subject: z.string(),
  issuer: z.string(),
  validTo: z.iso.datetime(),
  /** Whole days; negative once it has ended. */
  daysLeft: z.int(),
});
export type CheckedCertificate = Readonly<z.infer<typeof certificateSchema>>;

/** What was found at one location of an activation. */
export const locationCheckSchema = z.object({
  location: z.string(),
  kind: z.enum(['info', 'fragments']),
  /** Whether there are no problems. */
  ok: z.boolean(),
  problems: z.array(findingSchema),
  warnings: z.array(findingSchema),
  /** Of the location itself, also one that agents do not trust; null when it is asked over http or does not answer. */
  certificate: certificateSchema.nullable(),
  checkedAt: z.iso.datetime(),
});
export type LocationCheck = z.infer<typeof locationCheckSchema>;

/** A result out of what was found. */
export function locationCheck(
  found: Omit<LocationCheck, 'ok' | 'checkedAt'> & { readonly checkedAt: Date },
): LocationCheck {
  return { ...found, ok: found.problems.length === 0, checkedAt: found.checkedAt.toISOString() };
}
