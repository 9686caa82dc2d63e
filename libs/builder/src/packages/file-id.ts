import { parseFileId, type FileId } from '@entrepot/kernel';

/**
 * The file id of a new package: the time in seconds since 1970, or the number after the highest one ever given when
 * that is not free. Ten digits, so that none is a substring of another (OCS-PROTOCOL.md §2.5).
 * @param highest the highest file id that was ever given, also to packages deleted since; null when there is none
 * @throws RangeError when no file id is left that fits a signed 32-bit integer
 */
export function nextFileId(now: Date, highest: FileId | null): FileId {
  const seconds = Math.floor(now.getTime() / 1000);
  const number = highest === null ? seconds : Math.max(seconds, Number(highest) + 1);
  const fileId = parseFileId(String(number));
  if (fileId === null) throw new RangeError(`${number} cannot be a file id.`);
  return fileId;
}
