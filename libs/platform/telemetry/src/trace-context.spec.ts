import { describe, expect, it } from 'vitest';
import { continueTrace, currentTraceparent, withLogContext } from './index.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

describe('a trace', () => {
  it('goes on with the id it came with and a span of its own', () => {
    const fields = continueTrace(`00-${TRACE}-${PARENT}-01`);
    expect(fields).toMatchObject({ traceId: TRACE, traceFlags: '01' });
    expect(fields.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(fields.spanId).not.toBe(PARENT);
    expect(withLogContext({ ...fields }, currentTraceparent)).toBe(`00-${TRACE}-${fields.spanId}-01`);
  });

  it('does not claim to be recorded when it was not', () => {
    const fields = continueTrace(`00-${TRACE}-${PARENT}-00`);
    expect(fields).not.toHaveProperty('traceFlags');
    expect(withLogContext({ ...fields }, currentTraceparent)).toBe(`00-${TRACE}-${fields.spanId}-00`);
  });

  it.each([undefined, '', 'nonsense', `00-${'0'.repeat(32)}-${PARENT}-01`, `00-${TRACE}-${PARENT}-01\nx`])(
    'begins anew after %j',
    (traceparent) => {
      const { traceId } = continueTrace(traceparent);
      expect(traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(traceId).not.toBe(TRACE);
      expect(traceId).not.toBe(continueTrace(traceparent).traceId);
    },
  );

  it('is empty outside of any', () => {
    expect(currentTraceparent()).toBe('');
  });
});
