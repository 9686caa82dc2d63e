import { randomInt } from 'node:crypto';

/** What one row of software is in the dictionaries. */
export interface SoftwareNumbers {
  readonly softwareId: number;
  readonly variantId: number;
}

/** A text that stands in two pieces of one buffer. */
export interface TextPieces {
  readonly bytes: Buffer;
  readonly start: number;
  readonly gapStart: number;
  readonly gapEnd: number;
  readonly end: number;
}

const SLAB_BITS = 20;
const SLAB_BYTES = 1 << SLAB_BITS;
const SLAB_MASK = SLAB_BYTES - 1;
const LONGEST_TEXT = 16 * 1024;
/** Longer texts are rarer: this is well above the average of real rows. */
const BYTES_PER_ENTRY = 512;
/** More in one chain is no chance but somebody who guesses. */
const LONGEST_CHAIN = 16;
/** Numbers of an entry: hash, next of the chain, place and length of the text, software, variant. */
const COLUMNS = 6;
const MULTIPLIER = 0x9e3779b1;

/**
 * The numbers of rows by their texts: bounded in entries and bytes, it forgets what was not asked for lately. Two
 * generations instead of an exact order: when the young one is full it becomes the old one and the old one is dropped.
 *
 * A `Map` of strings would do, but it costs 2 µs for each row of an inventory (pieces to join, hash, garbage) and makes
 * every garbage collection look at 200,000 texts; this costs 0.4 µs and has nothing to be collected.
 */
export class SoftwareMemo {
  private young: Generation;
  private old: Generation | null = null;
  /** Nobody else can choose texts that fall into one chain. */
  private readonly seed = randomInt(2 ** 32);

  /** @param maxEntries most entries ever held; at most 512 times as many bytes are */
  constructor(maxEntries: number) {
    this.young = new Generation(Math.max(1, Math.floor(maxEntries / 2)));
  }

  get(pieces: TextPieces): SoftwareNumbers | undefined {
    const { bytes } = pieces;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.find(view, pieces);
  }

  /** As `get`, for many texts of one buffer. */
  find(view: DataView, pieces: TextPieces): SoftwareNumbers | undefined {
    const hash = hashOf(view, pieces, this.seed);
    const found = this.young.find(hash, view, pieces);
    if (found !== undefined) return found;
    const earlier = this.old?.find(hash, view, pieces);
    if (earlier !== undefined) this.add(hash, pieces, earlier);
    return earlier;
  }

  set(pieces: TextPieces, numbers: SoftwareNumbers): void {
    const { bytes } = pieces;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.add(hashOf(view, pieces, this.seed), pieces, numbers);
  }

  private add(hash: number, pieces: TextPieces, numbers: SoftwareNumbers): void {
    if (lengthOf(pieces) > LONGEST_TEXT) return;
    if (this.young.isFull) {
      this.old = this.young;
      this.young = new Generation(this.young.capacity);
    }
    this.young.add(hash, pieces, numbers);
  }
}

/** A hash table that only grows, its texts in slabs and its numbers in one array. */
class Generation {
  private readonly heads: Int32Array;
  private readonly entries: Int32Array;
  private readonly slabs: Buffer[] = [];
  private readonly views: DataView[] = [];
  private count = 0;
  private used = SLAB_BYTES;

  constructor(readonly capacity: number) {
    this.heads = new Int32Array(2 ** Math.ceil(Math.log2(capacity + 1)));
    // The first entry is none: its number means the end of a chain.
    this.entries = new Int32Array((capacity + 1) * COLUMNS);
  }

  get isFull(): boolean {
    return (
      this.count >= this.capacity ||
      this.slabs.length * SLAB_BYTES > this.capacity * BYTES_PER_ENTRY + SLAB_BYTES
    );
  }

  find(hash: number, view: DataView, pieces: TextPieces): SoftwareNumbers | undefined {
    const { entries } = this;
    const length = lengthOf(pieces);
    let at = this.heads[hash & (this.heads.length - 1)] as number;
    for (; at !== 0; at = entries[at + 1] as number) {
      if (entries[at] !== hash || entries[at + 3] !== length) continue;
      const place = entries[at + 2] as number;
      if (!this.hasAt(place, view, pieces)) continue;
      return { softwareId: entries[at + 4] as number, variantId: entries[at + 5] as number };
    }
    return undefined;
  }

  add(hash: number, pieces: TextPieces, { softwareId, variantId }: SoftwareNumbers): void {
    const bucket = hash & (this.heads.length - 1);
    const next = this.heads[bucket] as number;
    if (this.chainLength(next) >= LONGEST_CHAIN) return;
    this.count += 1;
    const at = this.count * COLUMNS;
    this.entries.set([hash, next, this.write(pieces), lengthOf(pieces), softwareId, variantId], at);
    this.heads[bucket] = at;
  }

  private chainLength(head: number): number {
    let length = 0;
    for (let at = head; at !== 0; at = this.entries[at + 1] as number) length += 1;
    return length;
  }

  private write({ bytes, start, gapStart, gapEnd, end }: TextPieces): number {
    const length = gapStart - start + end - gapEnd;
    if (this.used + length > SLAB_BYTES) {
      const slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.slabs.push(slab);
      this.views.push(new DataView(slab.buffer));
      this.used = 0;
    }
    const slab = this.slabs.at(-1) as Buffer;
    const place = (this.slabs.length - 1) * SLAB_BYTES + this.used;
    bytes.copy(slab, this.used, start, gapStart);
    bytes.copy(slab, this.used + gapStart - start, gapEnd, end);
    this.used += length;
    return place;
  }

  private hasAt(place: number, view: DataView, { start, gapStart, gapEnd, end }: TextPieces): boolean {
    const slab = this.views[place >>> SLAB_BITS] as DataView;
    const offset = place & SLAB_MASK;
    return (
      isSame(slab, offset, view, start, gapStart - start) &&
      isSame(slab, offset + gapStart - start, view, gapEnd, end - gapEnd)
    );
  }
}

function lengthOf({ start, gapStart, gapEnd, end }: TextPieces): number {
  return gapStart - start + end - gapEnd;
}

function hashOf(view: DataView, { start, gapStart, gapEnd, end }: TextPieces, seed: number): number {
  return hashPiece(view, gapEnd, end, hashPiece(view, start, gapStart, seed));
}

/** Four bytes at a time, wherever they stand. */
function hashPiece(view: DataView, start: number, end: number, seed: number): number {
  let hash = seed | 0;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), MULTIPLIER);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) {
    hash = Math.imul(hash ^ view.getUint8(at), MULTIPLIER);
    hash ^= hash >>> 15;
  }
  return hash;
}

function isSame(one: DataView, oneAt: number, other: DataView, otherAt: number, length: number): boolean {
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    if (one.getInt32(oneAt + i, true) !== other.getInt32(otherAt + i, true)) return false;
  }
  for (; i < length; i++) if (one.getUint8(oneAt + i) !== other.getUint8(otherAt + i)) return false;
  return true;
}
