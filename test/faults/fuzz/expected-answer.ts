import { constants, gunzipSync, inflateSync } from 'node:zlib';

const FLUSH_POINT = Buffer.from([0x00, 0x00, 0xff, 0xff]);
/** What a server unpacks at most, unless it is told otherwise. */
const LARGEST = 16 * 2 ** 20;
const CLEAR = /^(?:\xef\xbb\xbf)?<(?:\?xml|REQUEST)/i;

/**
 * Whether OCS-PROTOCOL.md §1.7 wants 500 for this body: it is empty, or cannot be unpacked (§1.2: zlib or gzip, ended
 * or stopped at a flush point as Windows agents do, or clear XML), or only to more than a server puts up with. For all
 * others the answer is 200 or 400.
 */
export function isUnreadable(body: Buffer): boolean {
  if (CLEAR.test(body.toString('latin1', 0, 16))) return body.length > LARGEST;
  const atFlushPoint = body.subarray(-FLUSH_POINT.length).equals(FLUSH_POINT);
  const options = {
    finishFlush: atFlushPoint ? constants.Z_SYNC_FLUSH : constants.Z_FINISH,
    maxOutputLength: LARGEST,
  };
  for (const unpack of [inflateSync, gunzipSync]) {
    try {
      return unpack(body, options).length === 0;
    } catch {
      // Perhaps it is the other of the two.
    }
  }
  return true;
}
