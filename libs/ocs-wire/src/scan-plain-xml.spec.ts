import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from './decode-text.js';
import { scanPlainXml } from './scan-plain-xml.js';
import type { XmlNode } from './xml-node.js';
import { parseStrictly } from './xml-tree.js';

const FIXTURES = new URL('../../../test/fixtures/', import.meta.url);
const LOAD = 'load/inventory-600-softwares.xml';

const documents = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.xml'))
  .map((file) => ({ file, xml: decodeText(readFileSync(new URL(file, FIXTURES))) }));
/** Small enough to be read by the parser many times. */
const seeds = [
  ...documents.map(({ xml }) => xml).filter((xml) => xml.length < 6_000),
  ...documents.map(({ xml }) => `${xml.slice(0, 2_000)}</CONTENT></REQUEST>`),
  '<?xml version="1.0" encoding="UTF-8"?>\r\n<A>\r\n<B>x &amp; y &lt;z&gt;</B><C/><D />mixed<E></E>text</A>\r\n',
];
const FRAGMENTS = [
  ...'<>/&;"\'= \t\n\r!?[]-.:_aAé€\0\u0001\u0085\u2028\ufeff\ufffe\uffff\ud800\udc00',
  ...[
    '\u{1f600}',
    ']]>',
    '&amp;',
    '&lt;',
    '&#38;',
    '&#x26;',
    '&bad;',
    '&amp',
    '&AMP;',
    '&;',
    '<!-- -->',
    '<!--',
  ],
  ...[
    '<![CDATA[x]]>',
    '<!DOCTYPE a>',
    '<?pi x?>',
    '<?xml version="1.0"?>',
    '<A>',
    '</A>',
    '<A/>',
    '<A />',
    '<A  />',
  ],
  ...[
    '</A >',
    '< A>',
    '<A b="c">',
    '<A\n>',
    '<A/ >',
    '<//A>',
    '<>',
    '</>',
    '<A:B></A:B>',
    '<1></1>',
    '<_a></_a>',
  ],
  ...[
    `<${'N'.repeat(70)}></${'N'.repeat(70)}>`,
    `<${'n'.repeat(90)}></${'n'.repeat(90)}>`,
    '<é></é>',
    '<-a></-a>',
  ],
  ...[
    '<?xml version="1.1"?>',
    "<?xml version='1.0' encoding='x'?>",
    '<constructor></constructor>',
    '<__proto__/>',
  ],
  '<A>'.repeat(33) + '</A>'.repeat(33),
];

function parsed(xml: string): XmlNode | null {
  try {
    return parseStrictly(xml);
  } catch {
    return null;
  }
}

/** The scan may leave a document to the parser, but must never answer anything else than the parser does. */
function expectAgreement(xml: string): void {
  const scanned = scanPlainXml(xml);
  if (scanned !== null) expect(scanned).toEqual(parsed(xml));
}

/** Splices fragments into a seed, or takes pieces out of it, at places that are shares of its length. */
const mutated = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(
      fc.record({
        place: fc.double({ min: 0, max: 1, noNaN: true }),
        removed: fc.oneof(fc.constant(0), fc.nat(12)),
        added: fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 4 }), fc.constant('')),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([seed, edits]) =>
    edits.reduce((xml, { place, removed, added }) => {
      const at = Math.floor(place * xml.length);
      return xml.slice(0, at) + added + xml.slice(at + removed);
    }, seed),
  );

describe('the scan of plain XML', () => {
  it.each(documents)('agrees with the parser on $file', ({ xml }) => {
    expectAgreement(xml);
    expectAgreement(xml.replaceAll('\n', '\r\n'));
  });

  it('reads what agents send, without the parser', () => {
    const load = documents.find(({ file }) => file === LOAD);
    expect(scanPlainXml(load?.xml ?? '')).not.toBeNull();
    expect(scanPlainXml('<R><A/><B />x</R>')).not.toBeNull();
    expect(
      scanPlainXml("<?xml version='1.0' encoding='ISO-8859-1'?>\r\n<R>&amp;\u20ac</R>\r\n"),
    ).not.toBeNull();
  });

  it.each(FRAGMENTS)('agrees with the parser wherever %j stands', (fragment) => {
    const around = ['', '<R>', '<R><A>', '<R><A>x', '<R><A>x</A>', '<R><A>x</A></R>', '<R><A>x</'];
    for (const before of around) {
      for (const after of ['', '</R>', '</A></R>', 'y</A></R>', '<A>x</A></R>', '>y</A></R>', '<R/>']) {
        expectAgreement(before + fragment + after);
        expectAgreement(`<?xml version="1.0" encoding="UTF-8"?>\n${before}${fragment}${after}`);
      }
    }
  });

  it('agrees with the parser on mutated requests', () => {
    fc.assert(fc.property(mutated, expectAgreement), { numRuns: 3_000 });
  });

  it('agrees with the parser on documents put together from fragments', () => {
    const soup = fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 12 });
    fc.assert(
      fc.property(soup, (parts) => expectAgreement(`<R>${parts.join('')}</R>`)),
      { numRuns: 5_000 },
    );
  });
});
