import { hash } from 'node:crypto';
import type { InventoryRequest, SectionRow } from './requests.js';
import { scanPlainXml } from './scan-plain-xml.js';
import { MAX_FIELDS_PER_ROW, toSectionRow } from './section-row.js';
import type { XmlNode } from './xml-node.js';

const OPEN = '<SOFTWARES>';
const CLOSE = '</SOFTWARES>';
const DATE_OPEN = '<INSTALLDATE>';
const DATE_CLOSE = '</INSTALLDATE>';
const [OPEN_BYTES, CLOSE_BYTES, DATE_OPEN_BYTES, DATE_CLOSE_BYTES] = [OPEN, CLOSE, DATE_OPEN, DATE_CLOSE].map(
  (tag) => Buffer.from(tag),
) as [Buffer, Buffer, Buffer, Buffer];
const LESS = 0x3c;
const LONGEST_DATE = 32;
/** Characters of a date, none of which has a meaning to XML: digits and ` -/:T`. */
const DATE_CHARACTERS = Uint8Array.from({ length: 256 }, (_, code) =>
  Number(/[\d/:T -]/.test(String.fromCharCode(code))),
);
const MAX_ROWS = 65_536;
/** Levels below a row: those of a document (32) are counted from its root. */
const MAX_ROW_DEPTH = 16;
const PLACES = 4;

/**
 * Rows of software by their places in the bytes; of none is it known whether it is well formed. What stands inside of
 * the row's element, but for the value of its INSTALLDATE, is its text: the same text always means the same fields.
 */
export class SentRows {
  /** @param places four of each row: where it starts, where its INSTALLDATE starts and ends, where it ends */
  constructor(
    readonly bytes: Buffer,
    private readonly places: readonly number[],
  ) {}

  get length(): number {
    return this.places.length / PLACES;
  }

  /** Where the text of a row begins. */
  start(row: number): number {
    return this.places[row * PLACES] as number;
  }

  /** Where the value of INSTALLDATE begins, which is left out of the text; the end when there is none. */
  dateStart(row: number): number {
    return this.places[row * PLACES + 1] as number;
  }

  /** Where the text goes on after it. */
  dateEnd(row: number): number {
    return this.places[row * PLACES + 2] as number;
  }

  /** Where the text ends. */
  end(row: number): number {
    return this.places[row * PLACES + 3] as number;
  }

  text(row: number): string {
    const before = this.bytes.toString('utf8', this.start(row), this.dateStart(row));
    return before + this.bytes.toString('utf8', this.dateEnd(row), this.end(row));
  }

  /** INSTALLDATE as sent, empty when there is none. */
  installDate(row: number): string {
    return this.bytes.toString('latin1', this.dateStart(row), this.dateEnd(row));
  }
}

/** The software of an inventory that nobody has read yet. Most of the time its digest is all that is wanted. */
export class SentSoftware {
  /** SHA-256 of the bytes. The same bytes always mean the same rows. */
  readonly digest: Buffer;

  /** @param reread reads the whole inventory slowly, software among its sections; it may throw a WireError */
  constructor(
    private readonly block: Buffer,
    readonly reread: () => InventoryRequest,
  ) {
    this.digest = hash('sha256', block, 'buffer');
  }

  /**
   * Finds the rows.
   * @returns null when there is anything else in between: the document has to be read again
   */
  rows(): SentRows | null {
    const { block } = this;
    const places: number[] = [];
    let date = block.indexOf(DATE_OPEN_BYTES);
    for (let at = 0; at < block.length;) {
      if (!hasAt(block, OPEN_BYTES, at)) return null;
      const start = at + OPEN.length;
      const end = block.indexOf(CLOSE_BYTES, start);
      if (end === -1 || places.length === MAX_ROWS * PLACES) return null;
      if (date !== -1 && date < start) date = block.indexOf(DATE_OPEN_BYTES, start);
      if (date === -1 || date > end) places.push(start, end, end, end);
      else {
        const dateStart = date + DATE_OPEN.length;
        const dateEnd = endOfDate(block, dateStart);
        if (dateEnd === null) return null;
        places.push(start, dateStart, dateEnd, end);
      }
      at = end + CLOSE.length;
      while (at < block.length && isBlankByte(block[at] as number)) at++;
    }
    return new SentRows(block, places);
  }
}

/**
 * Reads the text of a row, without its INSTALLDATE.
 * @returns the fields that it would have in the whole document; null when that document has to be read again
 */
export function readSoftwareRow(text: string): SectionRow | null {
  const node = scanPlainXml(OPEN + text + CLOSE);
  if (node === null || levelsOf(node) > MAX_ROW_DEPTH) return null;
  const row = toSectionRow(node);
  if (row === null || Object.keys(row).length >= MAX_FIELDS_PER_ROW) return null;
  const dates = countDates(node);
  // The one element that was emptied has to be the row's own, and none may be spelled in another way.
  const emptied = node.children.some((child) => isDate(child) && child.text === '');
  return dates === (text.includes(DATE_OPEN) ? 1 : 0) && (dates === 0 || emptied) ? row : null;
}

function endOfDate(block: Buffer, start: number): number | null {
  let at = start;
  while (at - start <= LONGEST_DATE && DATE_CHARACTERS[block[at] ?? LESS] === 1) at++;
  return hasAt(block, DATE_CLOSE_BYTES, at) ? at : null;
}

function hasAt(block: Buffer, bytes: Buffer, place: number): boolean {
  for (let i = 0; i < bytes.length; i++) if (block[place + i] !== bytes[i]) return false;
  return true;
}

/** What may stand between elements without being text: other characters up to the space are no XML. */
function isBlankByte(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function countDates(node: XmlNode): number {
  return node.children.reduce((sum, child) => sum + (isDate(child) ? 1 : 0) + countDates(child), 0);
}

function isDate(node: XmlNode): boolean {
  return node.name === 'INSTALLDATE';
}

function levelsOf(node: XmlNode): number {
  return 1 + node.children.reduce((most, child) => Math.max(most, levelsOf(child)), 0);
}
