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
  const byteOrderMark = bytes.subarray(0, 2).toString('hex');
  if (byteOrderMark === 'fffe' || byteOrderMark === 'feff') return wellFormed(iconv.decode(bytes, 'utf-16'));
  const encoding = DECLARED_ENCODING.exec(bytes.toString('latin1', 0, DECLARATION_LENGTH))?.[1];
  if (encoding === undefined || UTF8.test(encoding) || IMPOSSIBLE.test(encoding))
    return bytes.toString('utf8');
  return iconv.encodingExists(encoding) ? wellFormed(iconv.decode(bytes, encoding)) : bytes.toString('utf8');
}

/** Lone surrogates would be refused by PostgreSQL much later; the way through UTF-8 replaces them. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
