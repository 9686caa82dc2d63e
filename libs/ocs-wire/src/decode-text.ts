import iconv from 'iconv-lite';

const DECLARED_ENCODING = /^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._:-]*)["']/i;
const DECLARATION_LENGTH = 200;
const UTF8 = /^utf-?8$/i;
/** Encodings in which the declaration could not have been read as ASCII, and what iconv-lite has that is none. */
const IMPOSSIBLE = /^(?:utf-?(?:7|16|32)|ucs|hex|base64)/i;

/**
 * Turns the bytes of an XML document into text by the encoding of its declaration, UTF-8 if it names none
 * that is known (OCS-PROTOCOL.md §1.2). Bad bytes become U+FFFD and never an error.
 */
export function decodeText(bytes: Buffer): string {
  const encoding = encodingOf(bytes);
  return encoding === null ? bytes.toString('utf8') : wellFormed(iconv.decode(bytes, encoding));
}

/** Whether a document is read as UTF-8. */
export function isUtf8(bytes: Buffer): boolean {
  return encodingOf(bytes) === null;
}

/** The encoding of a document's bytes, null for UTF-8. */
function encodingOf(bytes: Buffer): string | null {
  const byteOrderMark = bytes.toString('latin1', 0, 2);
  if (byteOrderMark === '\xff\xfe' || byteOrderMark === '\xfe\xff') return 'utf-16';
  const encoding = DECLARED_ENCODING.exec(bytes.toString('latin1', 0, DECLARATION_LENGTH))?.[1];
  if (encoding === undefined || UTF8.test(encoding) || IMPOSSIBLE.test(encoding)) return null;
  return iconv.encodingExists(encoding) ? encoding : null;
}

/** Lone surrogates would be refused by PostgreSQL much later; the way through UTF-8 replaces them. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
