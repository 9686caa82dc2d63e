import { expect, it } from 'vitest';
import { DEFAULT_INVENTORY_OPTIONS } from '../inventory-options.js';
import { ReadAgentRequest } from './read-agent-request.js';

const PROLOG = Buffer.from(
  '<?xml version="1.0"?><REQUEST><DEVICEID>pc-2026-01-01-00-00-00</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>',
);

it('A request is refused at once when too many wait, and those that wait are read in the end.', async () => {
  const options = { ...DEFAULT_INVENTORY_OPTIONS, inflations: 1, inflatedBytesAtOnce: 1, waitingRequests: 1 };
  const reader = new ReadAgentRequest(options);
  let end: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (end = resolve));
  let inside = 0;
  const read = (): Promise<void> =>
    reader.withRequest(PROLOG, () => {
      inside += 1;
      return held;
    });
  const first = read();
  await expect.poll(() => inside).toBe(1);
  // One waits for room for its bytes, and keeps the one that waits to be inflated from it.
  const waiting = [read(), read()];
  await expect(read()).rejects.toMatchObject({ code: 'INVENTORY_BUSY', kind: 'unavailable' });
  end();
  await Promise.all([first, ...waiting]);
  expect(inside).toBe(3);
});
