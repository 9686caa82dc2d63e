// Written as code points because a literal of such characters would be unreadable.
const ILLEGAL_SOURCE = '[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff]';
const ILLEGAL = new RegExp(ILLEGAL_SOURCE, 'g');
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const BARE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)/g;
const REFERENCE = /&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));/g;
const ESCAPED = /[&<>"'\t\n\r]/g;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
  ['\t', '&#9;'],
  ['\n', '&#10;'],
  ['\r', '&#13;'],
]);

/** Drops what XML 1.0 cannot carry in any form. */
export function dropIllegalCharacters(text: string): string {
  return text.replace(ILLEGAL, '').replace(LONE_SURROGATE, '');
}

/**
 * Escapes a value, once, for an attribute in double quotes or for text. Blanks other than the space become
 * references, because an attribute would otherwise lose them.
 */
export function escapeXml(value: string): string {
  return dropIllegalCharacters(value).replace(ESCAPED, (character) => ESCAPES.get(character) ?? character);
}

/**
 * Repairs what agents are known to send unescaped: illegal control characters, raw or as references, and
 * ampersands that start no entity (Android, OCS-PROTOCOL.md §1.2).
 */
export function repairXml(xml: string): string {
  return dropIllegalCharacters(xml)
    .replace(BARE_AMPERSAND, '&amp;')
    .replace(REFERENCE, (reference: string, hex: string | undefined, decimal: string | undefined) =>
      isLegal(hex === undefined ? Number(decimal) : parseInt(hex, 16)) ? reference : '',
    );
}

function isLegal(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
