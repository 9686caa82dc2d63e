import { storableText } from '../storable-text.js';
import type { StoredRow } from './canonical-section.js';

/** All bits of CHECKSUM: what counts when an agent sends none (OCS-PROTOCOL.md §3.5). */
export const ALL_CHECKSUM_BITS = 67_108_863;

const MAX_TEXT = 255;
const SYSTEM_USER = /^\s*(?:local)?system\s*$/i;
const EPOCH_DAY = '1970-01-01';

/** A field as text of at most 255 UTF-16 units; empty when it was not sent. */
export function factOf(row: StoredRow | undefined, field: string): string {
  const value = row?.[field];
  return value === null || value === undefined ? '' : storableText(String(value), MAX_TEXT);
}

/** The device's address: the interface that the agent calls from, else what HARDWARE says (OCS-PROTOCOL.md §3.5). */
export function chooseIpAddress(
  networks: readonly StoredRow[],
  hardware: StoredRow | undefined,
  peerAddress: string,
): string {
  const calling = networks.some((row) => row.IPADDRESS === peerAddress);
  return calling ? peerAddress : factOf(hardware, 'IPADDR');
}

/**
 * When this inventory counts from: LASTDATE as sent, unless it is missing, 1970 or yet to come, else now
 * (OCS-PROTOCOL.md §3.5). OCS would believe a date in the future and not ask for an inventory until then.
 */
export function inventoryDate(hardware: StoredRow | undefined, now: Date): Date {
  const sent = hardware?.LASTDATE;
  if (typeof sent !== 'string' || sent.startsWith(EPOCH_DAY)) return now;
  const date = new Date(`${sent.replace(' ', 'T')}Z`);
  return Number.isNaN(date.getTime()) || date > now ? now : date;
}

/** HARDWARE with the last real user kept when only the system is logged in (OCS-PROTOCOL.md §3.5). */
export function keepRealUser(hardware: StoredRow, storedUser: string): StoredRow {
  const sent = hardware.USERID;
  return typeof sent === 'string' && SYSTEM_USER.test(sent) && storedUser !== ''
    ? { ...hardware, USERID: storedUser }
    : hardware;
}

/** CHECKSUM as stored: the bits changed since somebody last reset it, which accumulate (OCS-PROTOCOL.md §3.5). */
export function accumulateChecksum(sent: number | null, stored: number): number {
  return Number(BigInt(sent ?? ALL_CHECKSUM_BITS) | BigInt(stored) | 1n);
}
