/** Bytes `start` to `end` of a file, both included, counted from 0. */
export interface RequestedRange {
  readonly start: number;
  readonly end: number;
}

const SINGLE = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i;

/**
 * What a Range header asks for of a file (RFC 9110 §14.2).
 * @param size bytes of the file
 * @returns `whole` when there is nothing to obey: no range, several of them, another unit or no meaning;
 * `unsatisfiable` when the file has no such bytes
 */
export function requestedRange(
  header: string | undefined,
  size: number,
): RequestedRange | 'whole' | 'unsatisfiable' {
  const [, first = '', last = ''] = (header !== undefined && SINGLE.exec(header)) || [];
  if (first === '' && last === '') return 'whole';
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return 'whole';
  return start >= size ? 'unsatisfiable' : { start, end };
}
