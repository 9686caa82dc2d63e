import { InvalidArgumentError } from 'commander';
import { parseByteSize } from './byte-size.js';

/** An option that is a whole number in a range, for commander. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Must be a whole number from ${min} to ${max}.`);
  };
}

/** An option that is a size such as `1M`, for commander. @returns bytes */
export function byteSize(text: string): number {
  const bytes = parseByteSize(text);
  if (bytes === null) throw new InvalidArgumentError('Must be a size such as 512K, 1M or 1G.');
  return bytes;
}

/** An option that may be given several times, for commander. */
export function repeated(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}
