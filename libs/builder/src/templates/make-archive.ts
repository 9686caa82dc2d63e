import { crc32 } from 'node:zlib';
import type { OperatingSystem } from '../packages/package-settings.js';
import { tarGz } from '../archives/write-tar-gz.js';
import { zip } from '../archives/write-zip.js';
import type { GeneratedFile } from './applied-template.js';

/** Packs the files that a template wrote, as agents of that system want it: zip on Windows, tar.gz elsewhere. */
export async function makeArchive(
  files: readonly GeneratedFile[],
  operatingSystem: OperatingSystem,
): Promise<Buffer> {
  const packed = files.map(({ name, content, mode }) => {
    const bytes = Buffer.from(content);
    async function* whole(): AsyncGenerator<Uint8Array, void, undefined> {
      yield bytes;
    }
    return { name, mode, size: bytes.length, crc32: crc32(bytes), bytes: whole };
  });
  const archive = operatingSystem === 'windows' ? zip(packed) : await tarGz(packed);
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive.bytes()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
