import type { FileId } from '@entrepot/kernel';

/** The info file's name, in small letters (OCS-PROTOCOL.md §5.1). */
export const INFO_FILE_NAME = 'info';

const NUMBER = /^[1-9]\d{0,8}$/;

/** The name of fragment `n`, counted from 1: `<fileId>-<n>`. */
export function fragmentName(fileId: FileId, n: number): string {
  return `${fileId}-${n}`;
}

/** The number of the fragment of that name; null when it is no fragment name of this package. */
export function parseFragmentName(fileId: FileId, name: string): number | null {
  const prefix = `${fileId}-`;
  const number = name.slice(prefix.length);
  return name.startsWith(prefix) && NUMBER.test(number) ? Number(number) : null;
}
