import { randomFillSync } from 'node:crypto';

const POOL = Buffer.allocUnsafe(4_096);
let used = POOL.length;

/**
 * So many random bytes, 4,096 at the most, in hexadecimal. From a pool, because each request wants two ids and asking
 * the system for them was a tenth of what a fragment costs that nginx sends.
 */
export function randomHex(bytes: number): string {
  if (used + bytes > POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += bytes;
  return POOL.toString('hex', used - bytes, used);
}
