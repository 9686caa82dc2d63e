import type { z } from 'zod';

/**
 * A fact (or a job) that travels on the bus: its subject and the shape of its payload, checked when it is
 * published and again when it is consumed. A changed shape gets a new version in the subject.
 */
export interface EventDefinition<Payload> {
  readonly subject: string;
  readonly schema: z.ZodType<Payload>;
}

/** The payload type of an event. */
export type EventOf<Definition> = Definition extends EventDefinition<infer Payload> ? Payload : never;

const EVENT_SUBJECT = /^ocs\.evt\.[a-z]+\.[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*\.v[1-9]\d*$/;
const JOB_SUBJECT = /^ocs\.job\.[a-z]+\.[a-z]+(?:-[a-z]+)*\.v[1-9]\d*$/;

/**
 * Declares a fact in the past tense, `ocs.evt.<context>.<noun>.<past-verb>.v<N>`.
 * @throws Error at load time when the subject has another form
 */
export function defineEvent<Payload>(subject: string, schema: z.ZodType<Payload>): EventDefinition<Payload> {
  if (!EVENT_SUBJECT.test(subject)) throw new Error(`Event subject has the wrong form: ${subject}`);
  return { subject, schema };
}

/**
 * Declares the private work of one context, `ocs.job.<context>.<verb>.v<N>`.
 * @throws Error at load time when the subject has another form
 */
export function defineJob<Payload>(subject: string, schema: z.ZodType<Payload>): EventDefinition<Payload> {
  if (!JOB_SUBJECT.test(subject)) throw new Error(`Job subject has the wrong form: ${subject}`);
  return { subject, schema };
}
