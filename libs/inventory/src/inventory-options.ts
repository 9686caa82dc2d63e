/** How much the agents' door may take on at once; everything here bounds memory. */
export interface InventoryOptions {
  /** Largest inflated body, in bytes. */
  readonly maxInflatedBytes: number;
  /** Bodies that are inflated at the same time, each to at most `maxInflatedBytes`; libuv has four threads for it. */
  readonly inflations: number;
  /** Inflated bytes of all requests that are being decoded and stored together. */
  readonly inflatedBytesAtOnce: number;
  /** Requests that may wait for their turn; the next one is answered with 503. */
  readonly waitingRequests: number;
  /** Milliseconds that activation may take to list packages for a PROLOG. */
  readonly activationDeadlineMs: number;
  /** Rows of software whose numbers are kept in memory: about 420 bytes each, 540 at the most, a quarter more for odd ones. */
  readonly softwareCacheEntries: number;
}

export const INVENTORY_OPTIONS = Symbol('INVENTORY_OPTIONS');

const MIB = 1024 * 1024;

export const DEFAULT_INVENTORY_OPTIONS: InventoryOptions = {
  maxInflatedBytes: 16 * MIB,
  inflations: 4,
  inflatedBytesAtOnce: 64 * MIB,
  waitingRequests: 1_000,
  activationDeadlineMs: 2_000,
  softwareCacheEntries: 200_000,
};
