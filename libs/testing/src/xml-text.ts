/*
 * The least that a scripted agent needs of XML. It shares nothing with libs/ocs-wire on purpose: a mistake there must
 * not be mirrored by the tests' own reader.
 */

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Escapes text for element content and for attributes. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (c) =>
    c === '<' ? '&lt;' : c === '>' ? '&gt;' : c === '&' ? '&amp;' : '&quot;',
  );
}

/** The attributes of every element of that name. */
export function xmlAttributes(xml: string, element: string): Record<string, string>[] {
  return [
    ...xml.matchAll(new RegExp(`<${element}((?:\\s+[\\w:.-]+\\s*=\\s*(?:"[^"]*"|'[^']*'))+)\\s*/?>`, 'g')),
  ].map((match) =>
    Object.fromEntries(
      [...(match[1] ?? '').matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map((pair) => [
        pair[1] ?? '',
        unescapeXml(pair[2] ?? pair[3] ?? ''),
      ]),
    ),
  );
}

/** What stands inside every element of that name, as it stands. */
export function xmlElements(xml: string, element: string): string[] {
  return [...xml.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, 'g'))].map(
    (match) => match[1] ?? '',
  );
}

/** The text of the first element of that name; null when there is none. */
export function xmlText(xml: string, element: string): string | null {
  const inner = xmlElements(xml, element)[0];
  return inner === undefined ? null : unescapeXml(inner);
}

function unescapeXml(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      return ENTITIES[name ?? ''] ?? whole;
    },
  );
}
