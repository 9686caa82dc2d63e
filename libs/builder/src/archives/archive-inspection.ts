import { AppError } from '@entrepot/kernel';
import { isSafeArchivePath, isSameFile, launchedFile, normaliseArchivePath } from './archive-path.js';
import { ERRORS } from '../errors.js';
import type { OperatingSystem, PackageAction } from '../packages/package-settings.js';

const MAX_ENTRIES = 1_000_000;
const SHOWN_PATH = 200;
/** As Linux has it. Longer ones cost memory and time out of proportion to the archive that holds them. */
const MAX_PATH = 4_096;
/** Of all symbolic links together, which are remembered until the end. */
const MAX_LINK_CHARACTERS = 32 * 1024 * 1024;

/** Looks at the entries of one archive, whatever its format, and remembers what it needs. */
export class ArchiveInspection {
  private readonly wanted: string | null;
  private readonly links = new Set<string>();
  private linkCharacters = 0;
  private found = false;
  private entries = 0;

  constructor(
    private readonly operatingSystem: OperatingSystem,
    action: PackageAction,
  ) {
    this.wanted = action.kind === 'LAUNCH' ? launchedFile(operatingSystem, action.name) : null;
  }

  /**
   * @throws AppError BUILDER_ARCHIVE_UNSAFE_PATH, BUILDER_ARCHIVE_UNREADABLE when there are too many entries or the
   * path is too long
   */
  addFile(path: string): void {
    const file = this.addPath(path);
    if (this.wanted !== null && isSameFile(this.operatingSystem, file, this.wanted)) this.found = true;
  }

  addDirectory(path: string): void {
    this.addPath(path);
  }

  /** A link may point anywhere, but nothing may be written through it. */
  addSymbolicLink(path: string, target = ''): void {
    checkLength(target);
    this.remember(this.addPath(path));
  }

  /** It is written through, so its target must stay inside; when that is a symbolic link, it is one itself. */
  addHardLink(path: string, target: string): void {
    if (this.links.has(this.addPath(target))) this.addSymbolicLink(path);
    else this.addFile(path);
  }

  /** @throws AppError BUILDER_ARCHIVE_FILE_MISSING, BUILDER_ARCHIVE_UNREADABLE when there was no entry at all */
  finish(): void {
    if (this.entries === 0) throw unreadable('it holds no file');
    if (this.wanted === null || this.found) return;
    const reason = `Agents will start the file "${this.wanted}", which is not in the archive.`;
    throw new AppError(ERRORS.BUILDER_ARCHIVE_FILE_MISSING, reason, { field: 'action.name' });
  }

  private remember(link: string): void {
    this.links.add(link);
    this.linkCharacters += link.length;
    if (this.linkCharacters > MAX_LINK_CHARACTERS) throw unreadable('it holds too many symbolic links');
  }

  private addPath(path: string): string {
    checkLength(path);
    this.entries += 1;
    if (this.entries > MAX_ENTRIES) throw unreadable(`it holds more than ${MAX_ENTRIES} files`);
    const normal = normaliseArchivePath(path);
    if (!isSafeArchivePath(path) || this.isBelowLink(normal))
      throw new AppError(
        ERRORS.BUILDER_ARCHIVE_UNSAFE_PATH,
        `The archive holds the path ${JSON.stringify(path.slice(0, SHOWN_PATH))}, which leaves its folder.`,
      );
    return normal;
  }

  private isBelowLink(path: string): boolean {
    if (this.links.size === 0) return false;
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
      if (this.links.has(path.slice(0, slash))) return true;
    return false;
  }
}

function checkLength(path: string): void {
  if (path.length > MAX_PATH) throw unreadable(`it holds a path of more than ${MAX_PATH} characters`);
}

export function unreadable(why: string, cause?: unknown): AppError {
  return new AppError(
    ERRORS.BUILDER_ARCHIVE_UNREADABLE,
    `The archive cannot be used: ${why}.`,
    {},
    { cause },
  );
}
