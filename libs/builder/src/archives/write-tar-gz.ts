import { once } from 'node:events';
import { crc32 } from 'node:zlib';
import { pack } from 'tar-stream';
import { exactly, PACKED_AT, type ArchiveStream, type PackedFile } from './packed-file.js';

const TAR_BLOCK = 512;
const TAR_END = Buffer.alloc(2 * TAR_BLOCK);
/** A stored block of deflate has no room for more. */
const BLOCK = 65_535;
const BLOCK_HEAD = 5;
const BLOCKS_AT_ONCE = 16;
/** RFC 1952: deflate, no name, no time, made on Unix. */
const GZIP_HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
const LAST_BLOCK = Buffer.from([1, 0, 0, 0xff, 0xff]);
const GZIP_TAIL = 8;

/**
 * Packs files into a tar.gz in constant memory. They are stored, not compressed: what is packed here (deb, rpm, pkg) is
 * compressed already, and only so is the size of the whole known beforehand.
 */
export async function tarGz(files: readonly PackedFile[]): Promise<ArchiveStream> {
  const entries = await Promise.all(files.map(async (file) => ({ file, head: await tarHead(file) })));
  const size = entries.reduce((sum, { file, head }) => sum + head.length + padded(file.size), TAR_END.length);
  async function* tar(): AsyncGenerator<Uint8Array, void, undefined> {
    for (const { file, head } of entries) {
      yield head;
      yield* exactly(file);
      yield Buffer.alloc(padded(file.size) - file.size);
    }
    yield TAR_END;
  }
  return { size: gzipSize(size), bytes: () => gzipStored(tar()) };
}

function padded(size: number): number {
  return Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
}

async function tarHead({ name, size, mode }: PackedFile): Promise<Buffer> {
  const tar = pack();
  const entry = tar.entry({ name, size, mode, mtime: PACKED_AT });
  // It is left unfinished on purpose, which it calls an error.
  entry.on('error', () => undefined);
  tar.on('error', () => undefined);
  await once(tar, 'readable');
  const blocks: Buffer[] = [];
  for (let block = tar.read(); block !== null; block = tar.read()) blocks.push(block as Buffer);
  tar.destroy();
  return Buffer.concat(blocks);
}

function gzipSize(size: number): number {
  return GZIP_HEAD.length + size + BLOCK_HEAD * Math.ceil(size / BLOCK) + LAST_BLOCK.length + GZIP_TAIL;
}

async function* gzipStored(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  yield GZIP_HEAD;
  let checksum = 0;
  let size = 0;
  let waiting = Buffer.allocUnsafe(BLOCK * BLOCKS_AT_ONCE);
  let held = 0;
  for await (const chunk of source) {
    checksum = crc32(chunk, checksum);
    size += chunk.length;
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.subarray(at, at + waiting.length - held);
      waiting.set(piece, held);
      held += piece.length;
      at += piece.length;
      if (held < waiting.length) continue;
      yield storedBlocks(waiting);
      waiting = Buffer.allocUnsafe(BLOCK * BLOCKS_AT_ONCE);
      held = 0;
    }
  }
  if (held > 0) yield storedBlocks(waiting.subarray(0, held));
  const tail = Buffer.alloc(GZIP_TAIL);
  tail.writeUInt32LE(checksum, 0);
  tail.writeUInt32LE(size % 2 ** 32, 4);
  yield Buffer.concat([LAST_BLOCK, tail]);
}

function storedBlocks(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += BLOCK) {
    const block = bytes.subarray(at, at + BLOCK);
    const head = Buffer.alloc(BLOCK_HEAD);
    head.writeUInt16LE(block.length, 1);
    head.writeUInt16LE(block.length ^ 0xffff, 3);
    blocks.push(head, block);
  }
  return Buffer.concat(blocks);
}
