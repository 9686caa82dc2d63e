import { promisify } from 'node:util';
import {
  constants,
  deflate,
  deflateSync,
  gunzip,
  gunzipSync,
  gzip,
  inflate,
  inflateSync,
  type ZlibOptions,
} from 'node:zlib';
import { WireError } from './errors.js';

/** How a body is packed. Only its bytes tell; the reply is packed the same way (OCS-PROTOCOL.md §1.2). */
export type BodyEncoding = 'zlib' | 'gzip' | 'clear';

export interface InflatedBody {
  readonly encoding: BodyEncoding;
  readonly bytes: Buffer;
}

/** Content-Type of every reply that has a body (OCS-PROTOCOL.md §1.6). */
export const REPLY_CONTENT_TYPE = 'application/x-compressed';

const inflateAsync = promisify(inflate);
const gunzipAsync = promisify(gunzip);
const deflateAsync = promisify(deflate);
const gzipAsync = promisify(gzip);

/**
 * Up to which the way to the thread pool and back costs nearly as much as the work itself: characters of a reply, bytes
 * of a body, and bytes that come out of it. The body of an ordinary inventory is among them: 0.11 ms instead of 0.18.
 */
const SMALL_REPLY = 4_096;
const SMALL_BODY = 64 * 1024;
const SMALL_INFLATED = 1024 * 1024;

const CLEAR_START = /^(?:\xef\xbb\xbf)?<(?:\?xml|REQUEST)/i;
const SMALLEST_CHUNK = 1024;
const LARGEST_CHUNK = 256 * 1024;
/** How a stream stops that was flushed and not ended, as all of Windows' do: an empty stored block (RFC 1951 §3.2.4). */
const FLUSH_POINT = Buffer.from([0x00, 0x00, 0xff, 0xff]);
/** XML of agents shrinks to about a tenth, so that most bodies come out in one trip to the thread pool. */
const USUAL_RATIO = 12;

/**
 * Unpacks a request body: zlib or gzip (ended, or flushed and not ended), or clear XML (OCS-PROTOCOL.md §1.2).
 * Stops as soon as more than `maxInflatedBytes` have come out; runs on the thread pool unless the body is small.
 * @throws WireError WIRE_BODY_EMPTY, WIRE_BODY_NOT_INFLATABLE, WIRE_BODY_TOO_LARGE
 */
export async function inflateBody(body: Uint8Array, maxInflatedBytes: number): Promise<InflatedBody> {
  const packed = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (packed.length === 0) throw new WireError('WIRE_BODY_EMPTY', 'The request has no body.');
  const encoding = detectEncoding(packed);
  if (encoding === null) {
    throw new WireError('WIRE_BODY_NOT_INFLATABLE', 'The body is neither zlib, nor gzip, nor clear XML.', {
      size: packed.length,
    });
  }
  const bytes = encoding === 'clear' ? packed : await unpack(packed, encoding, maxInflatedBytes);
  if (bytes.length > maxInflatedBytes) throw tooLarge(maxInflatedBytes);
  if (bytes.length === 0) throw new WireError('WIRE_BODY_EMPTY', 'The body inflates to nothing.');
  return { encoding, bytes };
}

/** Packs a reply the way its request was packed; a large one on the thread pool. */
export async function deflateReply(xml: string, encoding: BodyEncoding): Promise<Buffer> {
  if (encoding === 'zlib') return xml.length <= SMALL_REPLY ? deflateSync(xml) : deflateAsync(xml);
  if (encoding === 'gzip') return gzipAsync(xml);
  return Buffer.from(xml, 'utf8');
}

function detectEncoding(packed: Buffer): BodyEncoding | null {
  const first = packed[0] ?? 0;
  const second = packed[1] ?? 0;
  // RFC 1950: compression method 8, and the header is a multiple of 31 as a 16-bit number.
  if ((first & 0x0f) === 8 && packed.length >= 2 && ((first << 8) | second) % 31 === 0) return 'zlib';
  if (first === 0x1f && second === 0x8b) return 'gzip';
  return CLEAR_START.test(packed.toString('latin1', 0, 16)) ? 'clear' : null;
}

async function unpack(packed: Buffer, encoding: 'zlib' | 'gzip', maxInflatedBytes: number): Promise<Buffer> {
  const options = {
    // Windows agents never end their stream (OCS-PROTOCOL.md §1.2); one that stops elsewhere was cut on its way.
    finishFlush: packed.subarray(-FLUSH_POINT.length).equals(FLUSH_POINT)
      ? constants.Z_SYNC_FLUSH
      : constants.Z_FINISH,
    maxOutputLength: maxInflatedBytes,
    chunkSize: Math.min(LARGEST_CHUNK, Math.max(SMALLEST_CHUNK, packed.length * USUAL_RATIO)),
  };
  try {
    const small = packed.length <= SMALL_BODY ? unpackSmall(packed, encoding, options) : null;
    return (
      small ?? (await (encoding === 'zlib' ? inflateAsync(packed, options) : gunzipAsync(packed, options)))
    );
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(maxInflatedBytes, cause);
    throw new WireError(
      'WIRE_BODY_NOT_INFLATABLE',
      `The body begins as ${encoding} but cannot be inflated.`,
      { size: packed.length },
      { cause },
    );
  }
}

/** Unpacks at once what is small; null when it is not. */
function unpackSmall(packed: Buffer, encoding: 'zlib' | 'gzip', options: ZlibOptions): Buffer | null {
  const bounded = {
    ...options,
    maxOutputLength: Math.min(SMALL_INFLATED, options.maxOutputLength ?? Infinity),
  };
  try {
    return encoding === 'zlib' ? inflateSync(packed, bounded) : gunzipSync(packed, bounded);
  } catch (cause) {
    if (cause instanceof RangeError && bounded.maxOutputLength === SMALL_INFLATED) return null;
    throw cause;
  }
}

function tooLarge(limit: number, cause?: unknown): WireError {
  return new WireError(
    'WIRE_BODY_TOO_LARGE',
    `The body inflates to more than ${limit} bytes.`,
    { limit },
    { cause },
  );
}
