/** Type numbers of PostgreSQL, fixed for all its versions. */
const OID = { bytea: 17, int4: 23, text: 25, timestamp: 1114, uuid: 2950, jsonb: 3802 } as const;
const HEADER = 20;
const EMPTY_HEADER = 12;
const LENGTH = 4;
const NULL_LENGTH = -1;
const JSONB_VERSION = 1;
const MICROSECONDS = 1_000_000;
const TWO_TO_32 = 2 ** 32;

/**
 * Arrays as PostgreSQL's binary protocol has them, to be given as parameters of the array type of that name: pg sends
 * buffers as they are, while it writes, quotes and has parsed again every element of an ordinary array (0.05 ms
 * instead of 0.23 for 600 integers).
 */
export function int4Array(values: ArrayLike<number>): Buffer {
  const array = allocate(OID.int4, values.length, false, values.length * (LENGTH + 4));
  for (let i = 0, at = HEADER; i < values.length; i++, at += LENGTH + 4) {
    array.writeInt32BE(4, at);
    array.writeInt32BE(values[i] as number, at + LENGTH);
  }
  return array;
}

/** A `timestamp[]`. @param seconds since 2000-01-01 00:00:00, whole numbers */
export function timestampArray(seconds: readonly (number | null)[]): Buffer {
  const present = seconds.reduce<number>((sum, value) => sum + (value === null ? 0 : 1), 0);
  const array = allocate(
    OID.timestamp,
    seconds.length,
    present < seconds.length,
    seconds.length * LENGTH + present * 8,
  );
  let at = HEADER;
  for (const value of seconds) {
    array.writeInt32BE(value === null ? NULL_LENGTH : 8, at);
    at += LENGTH;
    if (value === null) continue;
    // Multiples of a million are exact far beyond the largest safe integer.
    const high = Math.floor((value * MICROSECONDS) / TWO_TO_32);
    array.writeInt32BE(high, at);
    array.writeUInt32BE(value * MICROSECONDS - high * TWO_TO_32, at + 4);
    at += 8;
  }
  return array;
}

/** A `text[]`. Texts must have no NUL. */
export function textArray(texts: readonly string[]): Buffer {
  return arrayOfTexts(OID.text, texts, 0);
}

/** A `jsonb[]`. @param texts JSON */
export function jsonbArray(texts: readonly string[]): Buffer {
  return arrayOfTexts(OID.jsonb, texts, 1);
}

/** A `bytea[]`. */
export function byteaArray(values: readonly Uint8Array[]): Buffer {
  const size = values.reduce((sum, value) => sum + LENGTH + value.length, 0);
  const array = allocate(OID.bytea, values.length, false, size);
  let at = HEADER;
  for (const value of values) {
    array.writeInt32BE(value.length, at);
    array.set(value, at + LENGTH);
    at += LENGTH + value.length;
  }
  return array;
}

/** A `uuid[]`. */
export function uuidArray(ids: readonly string[]): Buffer {
  const array = allocate(OID.uuid, ids.length, false, ids.length * (LENGTH + 16));
  for (let i = 0, at = HEADER; i < ids.length; i++, at += LENGTH + 16) {
    array.writeInt32BE(16, at);
    array.write((ids[i] as string).replaceAll('-', ''), at + LENGTH, 'hex');
  }
  return array;
}

function arrayOfTexts(oid: number, texts: readonly string[], versionBytes: 0 | 1): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text) + versionBytes);
  const size = lengths.reduce((sum, length) => sum + LENGTH + length, 0);
  const array = allocate(oid, texts.length, false, size);
  let at = HEADER;
  texts.forEach((text, index) => {
    const length = lengths[index] as number;
    array.writeInt32BE(length, at);
    if (versionBytes === 1) array[at + LENGTH] = JSONB_VERSION;
    array.write(text, at + LENGTH + versionBytes);
    at += LENGTH + length;
  });
  return array;
}

/** An array's header: dimensions, whether there are nulls, element type, and of the one dimension length and lower bound. */
function allocate(oid: number, count: number, hasNulls: boolean, size: number): Buffer {
  const array = Buffer.allocUnsafe(count === 0 ? EMPTY_HEADER : HEADER + size);
  array.writeInt32BE(count === 0 ? 0 : 1, 0);
  array.writeInt32BE(hasNulls ? 1 : 0, 4);
  array.writeInt32BE(oid, 8);
  if (count === 0) return array;
  array.writeInt32BE(count, 12);
  array.writeInt32BE(1, 16);
  return array;
}
