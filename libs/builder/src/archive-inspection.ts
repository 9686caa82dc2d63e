import { AppError } from '@entrepot/kernel';
import { isSafeArchivePath, isSameFile, launchedFile, normaliseArchivePath } from './archive-path.js';
import { ERRORS } from './errors.js';
import type { OperatingSystem, PackageAction } from './package-settings.js';

const MAX_ENTRIES = 1_000_000;
const SHOWN_PATH = 200;

/** Looks at the entries of one archive, whatever its format, and remembers what it needs. */
export class ArchiveInspection {
  private readonly wanted: string | null;
  private readonly links = new Set<string>();
  private found = false;
  private entries = 0;

  constructor(
    private readonly operatingSystem: OperatingSystem,
    action: PackageAction,
  ) {
    this.wanted = action.kind === 'LAUNCH' ? launchedFile(operatingSystem, action.name) : null;
  }

  /** @throws AppError BUILDER_ARCHIVE_UNSAFE_PATH, BUILDER_ARCHIVE_UNREADABLE when there are too many entries */
  addFile(path: string): void {
    const file = this.addPath(path);
    if (this.wanted !== null && isSameFile(this.operatingSystem, file, this.wanted)) this.found = true;
  }

  addDirectory(path: string): void {
    this.addPath(path);
  }

  /** A link may point anywhere, but nothing may be written through it. */
  addSymbolicLink(path: string): void {
    this.links.add(this.addPath(path));
  }

  /** @throws AppError BUILDER_ARCHIVE_FILE_MISSING, BUILDER_ARCHIVE_UNREADABLE when there was no entry at all */
  finish(): void {
    if (this.entries === 0) throw unreadable('it holds no file');
    if (this.wanted === null || this.found) return;
    const reason = `Agents will start the file "${this.wanted}", which is not in the archive.`;
    throw new AppError(ERRORS.BUILDER_ARCHIVE_FILE_MISSING, reason, { field: 'action.name' });
  }

  private addPath(path: string): string {
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

export function unreadable(why: string, cause?: unknown): AppError {
  return new AppError(
    ERRORS.BUILDER_ARCHIVE_UNREADABLE,
    `The archive cannot be used: ${why}.`,
    {},
    { cause },
  );
}
