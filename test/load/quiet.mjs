import { setTimeout as delay } from 'node:timers/promises';
import { processorTime } from './processor-time.mjs';

const LOOK_MS = 3_000;
const SHARE = 0.05;
const PATIENCE_MS = 600_000;

/** Waits until PostgreSQL has tidied up after a load: what it does on its own is not what is measured. */
export async function untilQuiet(pid) {
  const until = Date.now() + PATIENCE_MS;
  let quiet = 0;
  while (quiet < 2 && Date.now() < until) {
    const before = processorTime(pid).database;
    await delay(LOOK_MS);
    quiet = processorTime(pid).database - before < LOOK_MS * SHARE ? quiet + 1 : 0;
  }
}
