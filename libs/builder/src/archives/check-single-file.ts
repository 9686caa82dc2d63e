import type { PackageAction } from '../packages/package-settings.js';
import { unreadable } from './archive-inspection.js';
import type { RandomAccessArchive } from './check-archive.js';

/** How files begin that are only of use under the right name. */
const BEGINNINGS: Readonly<Record<string, Buffer>> = {
  msi: Buffer.from([0xd0, 0xcf, 0x11, 0xe0]),
  exe: Buffer.from('MZ'),
  deb: Buffer.from('!<arch>\n'),
  rpm: Buffer.from([0xed, 0xab, 0xee, 0xdb]),
  pkg: Buffer.from('xar!'),
};

/**
 * Checks that a file, to be packed under a name and then run or installed, is what its name says.
 * @throws AppError BUILDER_ARCHIVE_UNREADABLE
 */
export async function checkSingleFile(
  file: Pick<RandomAccessArchive, 'size' | 'read'>,
  name: string,
  action: PackageAction,
): Promise<void> {
  if (file.size === 0) throw unreadable('the uploaded file is empty');
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const beginning = BEGINNINGS[extension];
  if (action.kind === 'STORE' || beginning === undefined) return;
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.read(0, beginning.length)) chunks.push(chunk);
  if (!Buffer.concat(chunks).equals(beginning)) throw unreadable(`the uploaded file is no ${extension}`);
}
