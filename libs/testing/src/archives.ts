import { buffer } from 'node:stream/consumers';
import { createGzip, deflateRawSync } from 'node:zlib';
import { pack } from 'tar-stream';

export interface ArchiveEntry {
  readonly content: Buffer | string;
  /** Permission bits; 0o644 unless told. */
  readonly mode?: number;
}

/** Path inside the archive to content. */
export type ArchiveFiles = Readonly<Record<string, ArchiveEntry>>;

/** A tar.gz, as packages for Linux and macOS are. The same files make the same bytes. */
export async function makeTarGz(files: ArchiveFiles): Promise<Buffer> {
  const tar = pack();
  const packed = buffer(tar.pipe(createGzip()));
  for (const [name, { content, mode = 0o644 }] of Object.entries(files)) {
    tar.entry({ name, mode, mtime: new Date(0) }, content);
  }
  tar.finalize();
  return packed;
}

/** A zip, as packages for Windows are. The same files make the same bytes. */
export function makeZip(files: ArchiveFiles): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, { content, mode = 0o644 }] of Object.entries(files)) {
    const name = Buffer.from(path);
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const facts = entryFacts(crc32(bytes), packed.length, bytes.length, name.length);
    const local = Buffer.concat([littleEndian([4, 0x04034b50]), facts, name, packed]);
    directory.push(
      littleEndian([4, 0x02014b50], [2, 0x0314]),
      facts,
      // No comment, first disk, no inner attributes, Unix mode of a regular file, place of the local header.
      littleEndian([2, 0], [2, 0], [2, 0], [4, ((0o100000 | mode) << 16) >>> 0], [4, offset]),
      name,
    );
    bodies.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const count = bodies.length;
  const end = littleEndian(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, index.length],
    [4, offset],
    [2, 0],
  );
  return Buffer.concat([...bodies, index, end]);
}

/** What a local header and a directory entry share: version 2.0, UTF-8 name, deflated, 1980-01-01, sums and lengths. */
function entryFacts(crc: number, packed: number, unpacked: number, nameLength: number): Buffer {
  return littleEndian(
    [2, 20],
    [2, 0x0800],
    [2, 8],
    [2, 0],
    [2, 0x21],
    [4, crc],
    [4, packed],
    [4, unpacked],
    [2, nameLength],
    [2, 0],
  );
}

function littleEndian(...fields: readonly (readonly [bytes: 2 | 4, value: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** Node 20 has none of its own. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] as number);
  return (crc ^ 0xffffffff) >>> 0;
}
