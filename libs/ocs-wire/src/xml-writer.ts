import { escapeXml } from './xml-characters.js';

/** ` NAME="value"`, escaped once. Values are attributes and never null (OCS-PROTOCOL.md §2.4). */
export function attribute(name: string, value: string): string {
  return ` ${name}="${escapeXml(value)}"`;
}

/** `<NAME>value</NAME>`, escaped once. */
export function element(name: string, value: string): string {
  return `<${name}>${escapeXml(value)}</${name}>`;
}

/** `0` or `1`. */
export function flag(value: boolean): string {
  return value ? '1' : '0';
}

/**
 * A whole number of zero or more, in digits: an agent's downloader dies of a PRI that is none.
 * @throws RangeError for anything else
 */
export function wholeNumber(name: string, value: number): string {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${name} must be a whole number of 0 or more.`);
  return String(value);
}
