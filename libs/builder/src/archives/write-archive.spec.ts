import { removeDirectory, temporaryDirectory } from '@entrepot/testing';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkArchive, type RandomAccessArchive } from './check-archive.js';
import type { ArchiveStream } from './packed-file.js';
import { tarGz } from './write-tar-gz.js';
import { zip, type ZippedFile } from './write-zip.js';

let folder = '';
beforeEach(async () => {
  folder = await temporaryDirectory('pack');
});
afterEach(() => removeDirectory(folder));

function fileOf(name: string, content: Buffer, mode = 0o755): ZippedFile {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < content.length; at += 70_001) yield content.subarray(at, at + 70_001);
  }
  return { name, size: content.length, mode, crc32: crc32(content), bytes };
}

async function written({ bytes, size }: ArchiveStream, name: string): Promise<Buffer> {
  const path = join(folder, name);
  await pipeline(bytes(), createWriteStream(path));
  const content = await readFile(path);
  expect(content).toHaveLength(size);
  return content;
}

describe.each([0, 1, 511, 512, 65_535, 65_536, 2_500_003])('of %i bytes', (size) => {
  const content = randomBytes(size);

  it('a tar.gz has the size that was announced, and tar unpacks it', async () => {
    await written(await tarGz([fileOf('é b.deb', content), fileOf('second', Buffer.from('x'))]), 'a.tar.gz');
    execFileSync('tar', ['-xvzf', 'a.tar.gz'], { cwd: folder, stdio: 'pipe' });
    expect((await readFile(join(folder, 'é b.deb'))).equals(content)).toBe(true);
    expect(execFileSync('stat', ['-c', '%a', 'second'], { cwd: folder, encoding: 'utf8' })).toBe('755\n');
  });

  it('a zip has the size that was announced, and unzip takes it', async () => {
    await written(zip([fileOf('a b.msi', content), fileOf('second', Buffer.from('x'))]), 'a.zip');
    execFileSync('unzip', ['-q', 'a.zip'], { cwd: folder, stdio: 'pipe' });
    expect((await readFile(join(folder, 'a b.msi'))).equals(content)).toBe(true);
  });
});

it('is the same whenever it is made', async () => {
  const file = fileOf('x.pkg', Buffer.from('content'));
  expect(await written(await tarGz([file]), '1')).toEqual(await written(await tarGz([file]), '2'));
  expect(await written(zip([file]), '1')).toEqual(await written(zip([file]), '2'));
});

it('fails when the file is not as long as announced', async () => {
  for (const size of [3, 5]) {
    const file = { ...fileOf('x', Buffer.from('four')), size };
    await expect(written(zip([file]), 'a')).rejects.toThrow('announced');
    await expect(written(await tarGz([file]), 'a')).rejects.toThrow('announced');
  }
});

it('a zip of more than 4 GiB is a zip64 whose directory can be read', async () => {
  const size = 5 * 2 ** 30;
  const zero: ZippedFile = { ...fileOf('large.msi', Buffer.alloc(0)), size, bytes: () => zeros(size) };
  const archive = zip([zero, fileOf('after', Buffer.from('x'))]);
  const edges = await edgesOf(archive);
  await expect(
    checkArchive(edges, 'zip', 'windows', { kind: 'LAUNCH', name: 'after' }),
  ).resolves.toBeUndefined();
  await writeFile(join(folder, 'head'), edges.head);
  expect(edges.head.readUInt32LE(18)).toBe(0xffffffff);
  expect(edges.head.readBigUInt64LE(30 + 'large.msi'.length + 4)).toBe(BigInt(size));
});

async function* zeros(size: number): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(64 * 1024 * 1024);
  for (let left = size; left > 0; left -= chunk.length) yield chunk.subarray(0, left);
}

/** A large archive of which only the beginning and the end are kept; the rest is zero. */
async function edgesOf(archive: ArchiveStream): Promise<RandomAccessArchive & { head: Buffer }> {
  const small: Buffer[] = [];
  let size = 0;
  for await (const chunk of archive.bytes()) {
    size += chunk.length;
    if (chunk.length < 10_000) small.push(Buffer.from(chunk));
  }
  expect(size).toBe(archive.size);
  const head = small[0] ?? Buffer.alloc(0);
  const tail = Buffer.concat(small.slice(1));
  async function* read(start: number, end: number): AsyncGenerator<Uint8Array> {
    const tailStart = size - tail.length;
    for (let at = start; at < end; at++)
      yield Buffer.from([at < tailStart ? 0 : (tail[at - tailStart] ?? 0)]);
  }
  return { size, read, readAll: () => read(0, size), head };
}
