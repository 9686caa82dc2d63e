import { isUtf8 } from './decode-text.js';

/** A document without its software, which most of it is. */
export interface CutDocument {
  /** From the first `<SOFTWARES>` to the last `</SOFTWARES>`, as sent; whether these are rows alone is not known yet. */
  readonly block: Buffer;
  /** All else, with an empty element of the name `CUT_SOFTWARES` at the place of the block. */
  readonly rest: string;
}

/** Stands for the block. A document that has this name itself is not cut. */
export const CUT_SOFTWARES = 'ENTREPOT.CUT-SOFTWARES';

const FIRST = Buffer.from('<SOFTWARES>');
const LAST = Buffer.from('</SOFTWARES>');
const ANY_MARK = new RegExp(CUT_SOFTWARES.replace('.', '\\.'), 'i');
/**
 * Bytes of a document up to which none of the bounds on a whole document (nodes, ampersands, blanks) can be reached
 * without one of its rows being refused: a node takes four bytes, and so does the shortest entity.
 */
const MOST_CUT = 2_000_000;

/**
 * Cuts the software out of a document without reading it. Both parts are UTF-8 that begins and ends with ASCII at the
 * cuts, so that they decode to what they would within the whole.
 * @returns null when there is none, or when the document cannot be cut
 */
export function cutSoftware(document: Buffer): CutDocument | null {
  if (document.length > MOST_CUT) return null;
  const first = document.indexOf(FIRST);
  if (first === -1 || !isUtf8(document)) return null;
  const end = document.lastIndexOf(LAST) + LAST.length;
  if (end <= first + FIRST.length) return null;
  const before = document.toString('utf8', 0, first);
  const after = document.toString('utf8', end);
  if (ANY_MARK.test(before) || ANY_MARK.test(after)) return null;
  return { block: document.subarray(first, end), rest: `${before}<${CUT_SOFTWARES}/>${after}` };
}
