import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decodeRequest } from './decode-request.js';
import { WireError } from './errors.js';
import type { AgentRequest, InventoryRequest } from './requests.js';

const ID = 'pc1-2024-01-31-10-20-30';

function decode(xml: string): AgentRequest {
  return decodeRequest(Buffer.from(xml, 'utf8'));
}

function inventory(content: string, declaration = ''): InventoryRequest {
  const request = decode(
    `${declaration}<REQUEST><DEVICEID>${ID}</DEVICEID><QUERY>INVENTORY</QUERY><CONTENT>${content}</CONTENT></REQUEST>`,
  );
  if (request.query !== 'INVENTORY') throw new Error('It is no inventory.');
  return request;
}

describe('decodeRequest', () => {
  it('reads attributes and child elements alike, in any order', () => {
    const expected = { query: 'DOWNLOAD', deviceId: ID, fileId: '1415269627', result: 'SUCCESS' };
    expect(decode(`<REQUEST DEVICEID="${ID}" QUERY="DOWNLOAD" ID="1415269627" ERR="SUCCESS" />`)).toEqual(
      expected,
    );
    expect(
      decode(
        `<REQUEST ID="1415269627" ERR="SUCCESS"><DEVICEID>${ID}</DEVICEID><CONTENT/><QUERY>DOWNLOAD</QUERY></REQUEST>`,
      ),
    ).toEqual(expected);
    expect(
      decode(
        `<REQUEST><QUERY>DOWNLOAD</QUERY><ID>1415269627</ID><ERR>SUCCESS</ERR><DEVICEID>${ID}</DEVICEID></REQUEST>`,
      ),
    ).toEqual(expected);
  });

  it('calls a result without ERR UNKNOWN_CODE and cuts an endless one', () => {
    expect(decode(`<R DEVICEID="${ID}" QUERY="DOWNLOAD" ID="42" />`)).toMatchObject({
      result: 'UNKNOWN_CODE',
    });
    expect(decode(`<R DEVICEID="${ID}" QUERY="DOWNLOAD" ID="42" ERR="${'x'.repeat(999)}" />`)).toMatchObject({
      result: 'x'.repeat(255),
    });
  });

  it('takes DEVICEID from CONTENT when REQUEST has none, and never from a row', () => {
    expect(decode(`<REQUEST QUERY="PROLOG"><CONTENT><DEVICEID>${ID}</DEVICEID></CONTENT></REQUEST>`)).toEqual(
      {
        query: 'PROLOG',
        deviceId: ID,
      },
    );
    expect(() => decode(`<R QUERY="INVENTORY"><CONTENT><SIM DEVICEID="${ID}"/></CONTENT></R>`)).toThrow(
      expect.objectContaining({ code: 'WIRE_DEVICEID_INVALID' }),
    );
  });

  it('reads a NOTIFY with its interfaces beside CONTENT', () => {
    expect(
      decode(`<REQUEST DEVICEID="${ID}" QUERY="NOTIFY"><TYPE>IP</TYPE><HARDWARE><IPADDR>192.0.2.7</IPADDR></HARDWARE>
        <IFACE><IP>192.0.2.7</IP><MASK>255.255.255.0</MASK><MAC>02:fc:00:00:00:01</MAC></IFACE></REQUEST>`),
    ).toEqual({
      query: 'NOTIFY',
      deviceId: ID,
      type: 'IP',
      interfaces: [{ IP: '192.0.2.7', MASK: '255.255.255.0', MAC: '02:fc:00:00:00:01' }],
      ipAddress: '192.0.2.7',
    });
  });

  it.each([
    ['an unfinished document', '<REQUEST><DEVICEID>a', 'WIRE_XML_INVALID'],
    ['mismatched tags', '<REQUEST><A></B></REQUEST>', 'WIRE_XML_INVALID'],
    ['an undefined entity that is no raw ampersand either', '<R>&amp</R', 'WIRE_XML_INVALID'],
    ['a second root', `<R DEVICEID="${ID}" QUERY="PROLOG"/><R/>`, 'WIRE_XML_INVALID'],
    ['a DOCTYPE', `<!DOCTYPE R><R DEVICEID="${ID}" QUERY="PROLOG"/>`, 'WIRE_DOCTYPE_REFUSED'],
    [
      'an entity bomb',
      `<!DOCTYPE R [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><R DEVICEID="${ID}" QUERY="PROLOG">&b;</R>`,
      'WIRE_DOCTYPE_REFUSED',
    ],
    [
      'an external entity',
      `<!DOCTYPE R [<!ENTITY x SYSTEM "file:///etc/passwd">]><R DEVICEID="${ID}" QUERY="PROLOG">&x;</R>`,
      'WIRE_DOCTYPE_REFUSED',
    ],
    ['a missing DEVICEID', '<R QUERY="PROLOG"/>', 'WIRE_DEVICEID_INVALID'],
    ['a malformed DEVICEID', '<R QUERY="PROLOG" DEVICEID="nodate"/>', 'WIRE_DEVICEID_INVALID'],
    ['a missing QUERY', `<R DEVICEID="${ID}"/>`, 'WIRE_QUERY_UNKNOWN'],
    ['QUERY UPDATE', `<R DEVICEID="${ID}" QUERY="UPDATE"/>`, 'WIRE_QUERY_UNKNOWN'],
    ['QUERY SYSTEM', `<R DEVICEID="${ID}" QUERY="SYSTEM"/>`, 'WIRE_QUERY_UNKNOWN'],
    ['QUERY SNMP', `<R DEVICEID="${ID}" QUERY="SNMP"/>`, 'WIRE_QUERY_UNKNOWN'],
    ['an inventory without content', `<R DEVICEID="${ID}" QUERY="INVENTORY"/>`, 'WIRE_CONTENT_MISSING'],
    ['deep nesting', '<a>'.repeat(100_000), 'WIRE_XML_TOO_COMPLEX'],
    ['half a million references', `<R>${'&amp;'.repeat(500_001)}</R>`, 'WIRE_XML_TOO_COMPLEX'],
    ['half a million elements', `<R>${'<a/>'.repeat(500_001)}</R>`, 'WIRE_XML_TOO_COMPLEX'],
  ])('refuses %s with 400', (_title, xml, code) => {
    expect(() => decode(xml)).toThrow(expect.objectContaining({ code, status: 400 }));
  });
});

describe('the encoding of a request', () => {
  const body = '<BIOS SMODEL="café €"/>';

  it.each(['ISO-8859-15', 'windows-1252', 'UTF-8', 'utf8'])(
    'is read from the declaration: %s',
    (encoding) => {
      const xml = `<?xml version="1.0" encoding="${encoding}"?><R DEVICEID="${ID}" QUERY="INVENTORY"><CONTENT>${body}</CONTENT></R>`;
      const request = decodeRequest(iconv.encode(xml, encoding)) as InventoryRequest;
      expect(request.sections.get('BIOS')).toEqual([{ SMODEL: 'café €' }]);
    },
  );

  it('is UTF-8 when the declared one is unknown or impossible', () => {
    for (const encoding of ['x-nonsense', 'base64', 'UTF-16']) {
      const request = inventory(body, `<?xml version="1.0" encoding="${encoding}"?>`);
      expect(request.sections.get('BIOS')).toEqual([{ SMODEL: 'café €' }]);
    }
  });

  it('does not refuse bytes that are no UTF-8', () => {
    const xml = Buffer.from(
      `<R DEVICEID="${ID}" QUERY="INVENTORY"><CONTENT><BIOS SMODEL="caf\xe9"/></CONTENT></R>`,
      'latin1',
    );
    expect((decodeRequest(xml) as InventoryRequest).sections.get('BIOS')).toEqual([{ SMODEL: 'caf\ufffd' }]);
  });

  it('reads UTF-16 by its byte order mark', () => {
    const xml = iconv.encode(`<R DEVICEID="${ID}" QUERY="PROLOG"/>`, 'utf-16le', { addBOM: true });
    expect(decodeRequest(xml).deviceId).toBe(ID);
  });
});

describe('what agents send unescaped', () => {
  it('is repaired: raw ampersands and illegal control characters', () => {
    const request = inventory(
      '<ACCOUNTINFO><KEYNAME>TAG</KEYNAME><KEYVALUE>R&D &lt;1&gt; & co</KEYVALUE></ACCOUNTINFO><BIOS SSN="a\u0001b&#0;c&#x1F;d"/>',
    );
    expect(request.accountInfo).toEqual([{ name: 'TAG', value: 'R&D <1> & co' }]);
    expect(request.sections.get('BIOS')).toEqual([{ SSN: 'abcd' }]);
  });
});

describe('arbitrary bytes', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc
      .constantFrom(
        '<REQUEST ',
        '<?xml version="1.0" encoding="',
        'UTF-16',
        '">',
        '</',
        '/>',
        '<![CDATA[',
        ']]>',
        '&',
        ';',
        `DEVICEID="${ID}" QUERY="INVENTORY"`,
        '<CONTENT>',
        '<!--',
      )
      .map((text) => Buffer.from(text)),
  );

  it('give a request or a WireError, never another error', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          decodeRequest(Buffer.concat(pieces));
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
