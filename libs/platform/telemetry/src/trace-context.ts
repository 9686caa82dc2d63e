import { parseTraceParent } from '@opentelemetry/core';
import { currentLogContext } from './log-context.js';
import { randomHex } from './random-hex.js';

/** The name under which a trace travels, as an HTTP header, a NATS header and gRPC metadata (W3C Trace Context). */
export const TRACEPARENT = 'traceparent';

/** Which trace a piece of work belongs to, as the fields of its log lines. */
export interface TraceFields {
  readonly traceId: string;
  readonly spanId: string;
  /** `01` when somebody before us records the trace. */
  readonly traceFlags?: string;
}

const SAMPLED = '01';

/** Goes on with the trace that a `traceparent` tells of; begins a new one when there is none or it is malformed. */
export function continueTrace(traceparent: string | undefined): TraceFields {
  const parent = parseTraceParent(traceparent ?? '');
  const spanId = randomHex(8);
  if (parent === null) return { traceId: randomHex(16), spanId };
  const { traceId, traceFlags } = parent;
  return { traceId, spanId, ...(traceFlags % 2 === 1 && { traceFlags: SAMPLED }) };
}

/** The `traceparent` that what the current work causes is told; empty outside of any trace. */
export function currentTraceparent(): string {
  const { traceId, spanId, traceFlags = '00' } = currentLogContext();
  return traceId === undefined || spanId === undefined
    ? ''
    : `00-${String(traceId)}-${String(spanId)}-${String(traceFlags)}`;
}
