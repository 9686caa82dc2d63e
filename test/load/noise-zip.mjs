import { createCipheriv } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

const NAME = Buffer.from('noise.bin');
const LOCAL_BYTES = 30 + NAME.length;
const CENTRAL_BYTES = 46 + NAME.length;
const END_BYTES = 22;
const CHUNK_BYTES = 4 * 2 ** 20;
/** What a zip can hold without zip64. */
const CONTENT_MAX = 2 ** 32 - 2 * 2 ** 20;

/**
 * Makes a zip of one stored file that cannot be compressed, unless it is there from another run. It has the wanted
 * size, or a little below 4 GiB for a file each when that is more.
 * @returns its path and its size in bytes
 */
export async function zipOfNoise(path, wanted) {
  const files = [];
  for (let left = wanted; left > 0;) {
    const content = Math.min(left - (files.length === 0 ? 1_024 : 512), CONTENT_MAX);
    if (content < 1) break;
    files.push(content);
    left -= content + LOCAL_BYTES + CENTRAL_BYTES;
  }
  const size = files.reduce((sum, content) => sum + content + LOCAL_BYTES + CENTRAL_BYTES, END_BYTES);
  if ((await stat(path).catch(() => null))?.size !== size) await write(path, files);
  return { path, size };
}

async function write(path, files) {
  const file = await open(path, 'w');
  const directory = [];
  let offset = 0;
  for (const content of files) {
    const checksum = await writeNoise(file, offset + LOCAL_BYTES, content);
    const facts = factsOf(content, checksum);
    await file.write(
      Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), facts, NAME]),
      0,
      LOCAL_BYTES,
      offset,
    );
    const place = Buffer.alloc(14);
    place.writeUInt32LE(Math.min(offset, 0xffffffff), 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), facts, place, NAME]));
    offset += LOCAL_BYTES + content;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(END_BYTES);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  await file.write(Buffer.concat([entries, end]), 0, entries.length + END_BYTES, offset);
  await file.sync();
  await file.close();
}

function factsOf(size, checksum) {
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(20, 0);
  facts.writeUInt32LE(checksum, 10);
  facts.writeUInt32LE(size, 14);
  facts.writeUInt32LE(size, 18);
  facts.writeUInt16LE(NAME.length, 22);
  return facts;
}

/** @returns the CRC-32 of what was written */
async function writeNoise(file, offset, size) {
  const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16));
  const zeros = Buffer.alloc(CHUNK_BYTES);
  let checksum = 0;
  for (let done = 0; done < size;) {
    const chunk = noise.update(zeros).subarray(0, size - done);
    checksum = crc32(chunk, checksum);
    await file.write(chunk, 0, chunk.length, offset + done);
    done += chunk.length;
  }
  return checksum;
}
