import { exactly, type ArchiveStream, type PackedFile } from './packed-file.js';

/** A file of a zip: its checksum goes before its bytes, so it has to be known. */
export interface ZippedFile extends PackedFile {
  /** CRC-32. */
  readonly crc32: number;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const END_64_LOCATOR = 0x07064b50;
const UTF8_NAME = 0x0800;
const MADE_ON_UNIX = 3 << 8;
const VERSION = 20;
const VERSION_64 = 45;
/** 1 January 2000, 0:00, as DOS writes dates. */
const DATE = 0x2821;
const LIMIT_32 = 0xffffffff;
const LIMIT_16 = 0xffff;

/**
 * Packs files into a zip in constant memory, as plain as a zip can be: stored, sizes and checksum in front of the
 * bytes, no data descriptor, zip64 only where 4 GiB are passed (APPNOTE.TXT 6.3). That is what every reader knows.
 */
export function zip(files: readonly ZippedFile[]): ArchiveStream {
  const locals = files.map(localHeader);
  const offsets: number[] = [];
  let size = 0;
  files.forEach((file, index) => {
    offsets.push(size);
    size += (locals[index]?.length ?? 0) + file.size;
  });
  const directory = Buffer.concat(files.map((file, index) => centralHeader(file, offsets[index] ?? 0)));
  const end = endOfDirectory(files.length, size, directory.length);
  async function* bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    for (const [index, file] of files.entries()) {
      yield locals[index] ?? Buffer.alloc(0);
      yield* exactly(file);
    }
    yield Buffer.concat([directory, end]);
  }
  return { size: size + directory.length + end.length, bytes };
}

/** What local and central header have in common, from "version needed" to the length of the name. */
function facts(file: ZippedFile, isLarge: boolean): Buffer {
  const name = Buffer.from(file.name);
  const fields = Buffer.alloc(24);
  fields.writeUInt16LE(isLarge ? VERSION_64 : VERSION, 0);
  fields.writeUInt16LE(name.length === file.name.length ? 0 : UTF8_NAME, 2);
  fields.writeUInt16LE(DATE, 8);
  fields.writeUInt32LE(file.crc32, 10);
  fields.writeUInt32LE(Math.min(file.size, LIMIT_32), 14);
  fields.writeUInt32LE(Math.min(file.size, LIMIT_32), 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function localHeader(file: ZippedFile): Buffer {
  const isLarge = file.size >= LIMIT_32;
  const extra = zip64Field(isLarge ? [file.size, file.size] : []);
  return Buffer.concat([
    uint32(LOCAL),
    facts(file, isLarge),
    uint16(extra.length),
    Buffer.from(file.name),
    extra,
  ]);
}

function centralHeader(file: ZippedFile, offset: number): Buffer {
  const large = [
    ...(file.size >= LIMIT_32 ? [file.size, file.size] : []),
    ...(offset >= LIMIT_32 ? [offset] : []),
  ];
  const extra = zip64Field(large);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(((0o100000 | file.mode) << 16) >>> 0, 6);
  tail.writeUInt32LE(Math.min(offset, LIMIT_32), 10);
  return Buffer.concat([
    uint32(CENTRAL),
    uint16(MADE_ON_UNIX | VERSION_64),
    facts(file, large.length > 0),
    uint16(extra.length),
    tail,
    Buffer.from(file.name),
    extra,
  ]);
}

function endOfDirectory(entries: number, offset: number, size: number): Buffer {
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Math.min(entries, LIMIT_16), 4);
  end.writeUInt16LE(Math.min(entries, LIMIT_16), 6);
  end.writeUInt32LE(Math.min(size, LIMIT_32), 8);
  end.writeUInt32LE(Math.min(offset, LIMIT_32), 12);
  const plain = Buffer.concat([uint32(END), end]);
  if (entries < LIMIT_16 && offset < LIMIT_32 && size < LIMIT_32) return plain;
  const end64 = Buffer.concat([
    uint32(END_64),
    uint64(44),
    uint16(MADE_ON_UNIX | VERSION_64),
    uint16(VERSION_64),
    Buffer.alloc(8),
    uint64(entries),
    uint64(entries),
    uint64(size),
    uint64(offset),
  ]);
  const locator = Buffer.concat([uint32(END_64_LOCATOR), uint32(0), uint64(offset + size), uint32(1)]);
  return Buffer.concat([end64, locator, plain]);
}

/** The numbers that have no room in 32 bits; nothing when all have. */
function zip64Field(values: readonly number[]): Buffer {
  if (values.length === 0) return Buffer.alloc(0);
  return Buffer.concat([uint16(1), uint16(8 * values.length), ...values.map(uint64)]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
