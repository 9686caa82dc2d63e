import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coerceRow } from './coerce-row.js';
import { decodeRequest, decodeWhole } from './decode-request.js';
import type { AgentRequest, InventoryRequest, SectionRow } from './requests.js';
import { readSoftwareRow, type SentRows, type SentSoftware } from './sent-software.js';
import { SECTIONS } from './sections.js';

const FIXTURES = new URL('../../../test/fixtures/', import.meta.url);
const ID = 'pc1-2024-01-31-10-20-30';
const ROW = '<SOFTWARES><NAME>a</NAME><INSTALLDATE>2024/01/31</INSTALLDATE></SOFTWARES>';

const documents = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.xml'))
  .map((file) => ({ file, bytes: readFileSync(new URL(file, FIXTURES)) }))
  .filter(({ bytes }) => bytes.includes('<SOFTWARES>'));

function documentOf(content: string): Buffer {
  return Buffer.from(
    `<REQUEST><QUERY>INVENTORY</QUERY><CONTENT>${content}</CONTENT><DEVICEID>${ID}</DEVICEID></REQUEST>`,
  );
}

/** Fields of an INSTALLDATE that is none are what those of a missing one are: nothing. */
function stored(row: SectionRow): Record<string, unknown> {
  const fields = Object.entries(coerceRow(SECTIONS.get('SOFTWARES'), row));
  return Object.fromEntries(fields.filter(([, value]) => value !== null));
}

/** The request with its software among the sections, read row by row if it can be; what is thrown, by its code. */
function complete(decode: (document: Buffer) => AgentRequest, document: Buffer): unknown {
  try {
    const request = decode(document);
    if (request.query !== 'INVENTORY') return request;
    const { sections, ...others } = request.software === null ? request : withRows(request);
    const all = [...sections].filter(([name]) => name !== 'SOFTWARES').sort();
    return { ...others, sections: all, software: (sections.get('SOFTWARES') ?? []).map(stored) };
  } catch (error) {
    return (error as { code: unknown }).code;
  }
}

function withRows(request: InventoryRequest): InventoryRequest {
  const sent = request.software?.rows();
  const rows = sent && Array.from({ length: sent.length }, (_, place) => readRow(sent, place));
  const read = rows?.filter((row) => row !== null) ?? [];
  if (!rows || read.length < rows.length) return request.software?.reread() ?? request;
  return { ...request, sections: new Map([...request.sections, ['SOFTWARES', read]]) };
}

function readRow(sent: SentRows, place: number): SectionRow | null {
  const row = readSoftwareRow(sent.text(place));
  const installDate = sent.installDate(place);
  return row && { ...row, ...(installDate.trim() !== '' && { INSTALLDATE: installDate }) };
}

function isCut(document: Buffer): boolean {
  try {
    const request = decodeRequest(document);
    return request.query === 'INVENTORY' && request.software !== null;
  } catch {
    return false;
  }
}

/** What the fast way makes of a document has to be what the slow way makes of it. */
function expectAgreement(document: Buffer): void {
  expect(complete(decodeRequest, document)).toEqual(complete(decodeWhole, document));
}

describe('software that is cut out of an inventory', () => {
  it.each(documents)('is what the whole document says: $file', ({ bytes }) => {
    expect(isCut(bytes)).toBe(true);
    expectAgreement(bytes);
    expectAgreement(Buffer.from(bytes.toString('utf8').replaceAll('\n', '\r\n')));
  });

  it('has one digest for the same bytes, and one text for rows that differ in INSTALLDATE', () => {
    const software = (content: string): SentSoftware | null => {
      const request = decodeRequest(documentOf(content));
      return request.query === 'INVENTORY' ? request.software : null;
    };
    expect(software(`<BIOS><SSN>1</SSN></BIOS>${ROW}`)?.digest).toEqual(software(ROW)?.digest);
    expect(software(ROW.replace('a', 'b'))?.digest).not.toEqual(software(ROW)?.digest);
    const rows = software(
      `${ROW}\n ${ROW.replace('01/31', '02/01')}<SOFTWARES><NAME>b</NAME></SOFTWARES>`,
    )?.rows();
    const all = [0, 1, 2].map((place) => [rows?.text(place), rows?.installDate(place)]);
    expect([rows?.length, all]).toEqual([
      3,
      [
        ['<NAME>a</NAME><INSTALLDATE></INSTALLDATE>', '2024/01/31'],
        ['<NAME>a</NAME><INSTALLDATE></INSTALLDATE>', '2024/02/01'],
        ['<NAME>b</NAME>', ''],
      ],
    ]);
  });

  it.each([
    ['rows on both sides of another section', `${ROW}<BIOS><SSN>1</SSN></BIOS>${ROW}`],
    ['rows below another element', `<X>${ROW}</X>`],
    ['rows below another element and empty ones where they belong', `<X>${ROW}</X><SOFTWARES/>`],
    ['an empty row', `<SOFTWARES></SOFTWARES>${ROW}`],
    ['a row in a row', `<SOFTWARES>${ROW}</SOFTWARES>`],
    ['a row with an attribute', `${ROW}<SOFTWARES NAME="b"/>`],
    ['a row of another spelling', `<Softwares><NAME>c</NAME></Softwares>${ROW}`],
    ['a comment', `${ROW}<!-- <SOFTWARES></SOFTWARES> -->`],
    ['a comment that ends behind the rows', `${ROW}<!-- ${ROW} <BIOS><SSN>1</SSN></BIOS> -->`],
    ['CDATA', ROW.replace('a', '<![CDATA[x]]>')],
    ['text between the rows', `${ROW}x${ROW}`],
    ['the mark itself', `<ENTREPOT.CUT-SOFTWARES/>${ROW}`],
    ['an INSTALLDATE that is nested', ROW.replace('<NAME>a</NAME>', '<A><INSTALLDATE>x</INSTALLDATE></A>')],
    ['two INSTALLDATE', ROW.replace('</SOFTWARES>', '<INSTALLDATE>2020/01/01</INSTALLDATE></SOFTWARES>')],
    [
      'two INSTALLDATE of two spellings',
      ROW.replace('</SOFTWARES>', '<InstallDate>2020/01/01</InstallDate></SOFTWARES>'),
    ],
    ['a nested INSTALLDATE and an empty one', '<SOFTWARES><A>'.concat(ROW.slice(11), '</A><InstallDate/>')],
    ['an INSTALLDATE with a child', ROW.replace('2024/01/31', '2024/01/31<A>x</A>')],
    ['an INSTALLDATE alone', '<SOFTWARES><INSTALLDATE>2024/01/31</INSTALLDATE></SOFTWARES>'],
    ['an INSTALLDATE that is no date', ROW.replace('2024/01/31', 'yesterday &amp; today')],
    ['too many levels', ROW.replace('a', '<B>'.repeat(40) + '</B>'.repeat(40))],
    [
      'too many fields',
      ROW.replace('<NAME>', Array.from({ length: 300 }, (_, i) => `<F${i}>1</F${i}>`).join('') + '<NAME>'),
    ],
    ['too many sections', Array.from({ length: 300 }, (_, i) => `<S${i}>1</S${i}>`).join('') + ROW],
    ['control characters', ROW.replace('a', 'a\u0001b&#x2;c')],
    ['a bare ampersand', ROW.replace('a', 'AT&T')],
    ['characters of all kinds', ROW.replace('a', 'é€\u{1f600}\ufffd\ufeff')],
  ])('is what the whole document says: %s', (_, content) => {
    expectAgreement(documentOf(content));
  });

  it('is what the whole document says in other encodings, and with bytes that are no characters', () => {
    const latin = `<?xml version="1.0" encoding="ISO-8859-1"?>${documentOf(ROW.replace('a', 'é')).toString()}`;
    expectAgreement(Buffer.from(latin, 'latin1'));
    expectAgreement(Buffer.from(documentOf(ROW.replace('a', 'é')).toString(), 'latin1'));
    expectAgreement(
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(documentOf(ROW).toString(), 'utf16le')]),
    );
  });

  it('of another request in disguise is refused', () => {
    const other = `<DEVICEID>other-2024-01-31-10-20-30</DEVICEID>`;
    const disguised = documentOf(`${ROW}</CONTENT>${other}<CONTENT>${ROW}`);
    const request = decodeRequest(disguised) as InventoryRequest;
    expect(request.software?.rows()).toBeNull();
    expect(() => request.software?.reread()).toThrow('two requests');
  });
});

const PIECES = [
  ...[
    '<SOFTWARES>',
    '</SOFTWARES>',
    '<SOFTWARES/>',
    ROW,
    '<INSTALLDATE>',
    '</INSTALLDATE>',
    '<INSTALLDATE/>',
  ],
  ...[
    '<NAME>x</NAME>',
    '<A>',
    '</A>',
    '<CONTENT>',
    '</CONTENT>',
    '</REQUEST>',
    '&amp;',
    '&',
    '<',
    '>',
    ']]>',
  ],
  ...[
    '<!--',
    '-->',
    '<![CDATA[',
    '\r',
    '\n',
    ' ',
    '\0',
    'é',
    '\ud800',
    '<BIOS><SSN>1</SSN></BIOS>',
    '2024/02/30',
  ],
  ...['<QUERY>PROLOG</QUERY>', `<DEVICEID>${ID}</DEVICEID>`, '<OLD_DEVICEID>', '<?x?>', '<!DOCTYPE a>'],
];
/** Small enough to be read many times, with the head, some software and the end of a real inventory. */
const seeds = [
  ...documents.map(({ bytes }) => shortened(bytes.toString('utf8'))),
  documentOf(
    `<HARDWARE><NAME>h</NAME></HARDWARE>${ROW}\n${ROW.replace('a', 'b')}<SOUNDS><NAME>s</NAME></SOUNDS>`,
  ).toString(),
];

function shortened(xml: string): string {
  const first = xml.indexOf('<SOFTWARES>');
  const some = xml.slice(first, xml.indexOf('</SOFTWARES>', first + 1_500) + '</SOFTWARES>'.length);
  const last = xml.lastIndexOf('</SOFTWARES>') + '</SOFTWARES>'.length;
  return `<REQUEST>\n<CONTENT>\n<BIOS>\n<SSN>1</SSN></BIOS>${some}${xml.slice(last)}`;
}

const edits = fc.array(
  fc.record({
    place: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.oneof(fc.constant(0), fc.nat(20)),
    added: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 3 }), fc.constant('')),
  }),
  { minLength: 1, maxLength: 4 },
);

describe('mutated inventories', () => {
  it('are read the same way fast and slowly, whatever is put in or taken out', () => {
    fc.assert(
      fc.property(fc.constantFrom(...seeds), edits, (seed, changes) => {
        const text = changes.reduce((xml, { place, removed, added }) => {
          const at = Math.floor(place * xml.length);
          return xml.slice(0, at) + added + xml.slice(at + removed);
        }, seed);
        expectAgreement(Buffer.from(text));
      }),
      { numRuns: 4_000, seed: 3 },
    );
  });

  it('are read the same way fast and slowly, whatever happens to their bytes', () => {
    const bytes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.constantFrom(...seeds), bytes, (seed, changes) => {
        const document = Buffer.from(seed);
        for (const [place, byte] of changes) document[Math.floor(place * (document.length - 1))] = byte;
        expectAgreement(document);
      }),
      { numRuns: 3_000, seed: 4 },
    );
  });

  it('are read the same way fast and slowly, when they are put together from pieces', () => {
    const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 10 });
    fc.assert(
      fc.property(soup, soup, (before, after) => {
        expectAgreement(documentOf(`${before.join('')}${ROW}${after.join('')}`));
      }),
      { numRuns: 4_000, seed: 5 },
    );
  });
});
