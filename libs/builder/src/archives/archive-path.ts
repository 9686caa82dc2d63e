import type { OperatingSystem } from '../packages/package-settings.js';

/**
 * Whether a path of an archive stays below the folder that it is unpacked in. Backslashes count as slashes, because
 * they do on Windows.
 */
export function isSafeArchivePath(path: string): boolean {
  const slashed = path.replaceAll('\\', '/');
  if (slashed.length === 0 || slashed.includes('\0')) return false;
  if (slashed.startsWith('/') || /^[a-z]:/i.test(slashed)) return false;
  return !slashed.split('/').includes('..');
}

/** One spelling for one path: slashes, no leading `./`, no trailing slash. */
export function normaliseArchivePath(path: string): string {
  return path
    .replaceAll('\\', '/')
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .join('/');
}

/**
 * The file of the archive that a LAUNCH starts (OCS-PROTOCOL.md §5.2, NAME): the first word on Windows, where quotes
 * may hold it together; the text before the first blank or `-` elsewhere.
 * @returns null when it cannot be known, because Windows expands a %VARIABLE% in it
 */
export function launchedFile(operatingSystem: OperatingSystem, name: string): string | null {
  if (operatingSystem !== 'windows') return inArchive(/^[^\s-]*/.exec(name)?.[0] ?? '');
  const word = /^""?([^"]+)"?/.exec(name)?.[1] ?? /^\S*/.exec(name)?.[0] ?? '';
  return word.includes('%') ? null : inArchive(word);
}

/** What leads out of the archive keeps its spelling, which no file of the archive has. */
function inArchive(word: string): string {
  return isSafeArchivePath(word) ? normaliseArchivePath(word) : word;
}

/** Whether two normalised paths name the same file for agents of this system. */
export function isSameFile(operatingSystem: OperatingSystem, one: string, other: string): boolean {
  return operatingSystem === 'windows' ? one.toLowerCase() === other.toLowerCase() : one === other;
}
