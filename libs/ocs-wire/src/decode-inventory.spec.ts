import { describe, expect, it } from 'vitest';
import { decodeRequest } from './decode-request.js';
import type { InventoryRequest } from './requests.js';

const ID = 'pc1-2024-01-31-10-20-30';
const OLD = 'pc0-2023-01-31-10-20-30';

function inventory(content: string): InventoryRequest {
  const xml = `<REQUEST><QUERY>INVENTORY</QUERY><CONTENT>${content}</CONTENT><DEVICEID>${ID}</DEVICEID></REQUEST>`;
  return decodeRequest(Buffer.from(xml)) as InventoryRequest;
}

describe('the rows of a section', () => {
  it('are a list, be there one or many, as attributes or as elements', () => {
    expect(inventory('<PRINTERS><NAME>a</NAME></PRINTERS>').sections.get('PRINTERS')).toEqual([
      { NAME: 'a' },
    ]);
    expect(
      inventory('<PRINTERS NAME="a"/><BIOS SSN="1"/><PRINTERS><NAME>b</NAME></PRINTERS>').sections.get(
        'PRINTERS',
      ),
    ).toEqual([{ NAME: 'a' }, { NAME: 'b' }]);
  });

  it('keep values as sent and leave out those that are empty or blank', () => {
    expect(
      inventory('<BIOS><SSN> x </SSN><TYPE></TYPE><SMODEL>\n  </SMODEL><MSN/></BIOS>').sections.get('BIOS'),
    ).toEqual([{ SSN: ' x ' }]);
    expect(inventory('<BIOS>\n</BIOS><SOUNDS/>').sections.size).toBe(0);
  });

  it('of HARDWARE are one', () => {
    expect(inventory('<HARDWARE NAME="a"/><HARDWARE NAME="b"/>').sections.get('HARDWARE')).toEqual([
      { NAME: 'a' },
    ]);
  });

  it('of unknown sections are kept, nested content under dotted names', () => {
    const { sections } = inventory(
      '<WinUpdates><kb>1</kb><Detail level="2"><text>x</text></Detail><Part>p</Part><Part>q</Part></WinUpdates><VERSIONCLIENT>OCS_v2</VERSIONCLIENT>',
    );
    expect(sections.get('WINUPDATES')).toEqual([
      { KB: '1', 'DETAIL.LEVEL': '2', 'DETAIL.TEXT': 'x', PART: 'p, q' },
    ]);
    expect(sections.get('VERSIONCLIENT')).toEqual([{ VALUE: 'OCS_v2' }]);
  });

  it("keep a SIM card's own DEVICEID", () => {
    expect(inventory('<SIM><DEVICEID>8933</DEVICEID></SIM>').sections.get('SIM')).toEqual([
      { DEVICEID: '8933' },
    ]);
  });

  it('come from JAVAINFOS too', () => {
    expect(inventory('<JAVAINFOS JAVANAME="x"/>').sections.get('JAVAINFO')).toEqual([{ JAVANAME: 'x' }]);
  });

  it('have no names that reach a prototype', () => {
    const { sections } = inventory(
      '<__proto__ constructor="1" __proto__="2"/><bad:name A="1"/><BIOS><é>1</é><SSN>1</SSN></BIOS>',
    );
    expect([...sections.keys()]).toEqual(['__PROTO__', 'BIOS']);
    const [row] = sections.get('__PROTO__') ?? [];
    expect(row?.constructor).toBeUndefined();
    expect('toString' in (row ?? {})).toBe(false);
    expect(Object.keys(row ?? {})).toEqual(['CONSTRUCTOR', '__PROTO__']);
    expect(sections.get('BIOS')).toEqual([{ SSN: '1' }]);
  });

  it('are bounded in sections and fields', () => {
    const many = Array.from({ length: 300 }, (_, i) => i);
    expect(inventory(many.map((i) => `<S${i} A="1"/>`).join('')).sections.size).toBe(256);
    const wide = inventory(`<X>${many.map((i) => `<F${i}>1</F${i}>`).join('')}</X>`).sections.get('X')?.[0];
    expect(Object.keys(wide ?? {})).toHaveLength(256);
    const deep = inventory(`<X><A>1</A><${'P'.repeat(60)}><B>1</B><LONG>1</LONG></${'P'.repeat(60)}></X>`);
    expect(Object.keys(deep.sections.get('X')?.[0] ?? {})).toEqual(['A', `${'P'.repeat(60)}.B`]);
  });
});

describe('the rest of an inventory', () => {
  it('has the old DEVICEID in CONTENT, or below the history where Windows leaves it', () => {
    const history = (inner: string): string =>
      `<DOWNLOAD><HISTORY>${inner}</HISTORY></DOWNLOAD><BIOS SSN="1"/>`;
    expect(inventory(`<OLD_DEVICEID>${OLD}</OLD_DEVICEID>`).oldDeviceId).toBe(OLD);
    expect(inventory(history(`<PACKAGE ID="1"/><OLD_DEVICEID>${OLD}</OLD_DEVICEID>`))).toMatchObject({
      oldDeviceId: OLD,
      downloadHistory: ['1'],
    });
    expect(inventory(history('<OLD_DEVICEID>nodate</OLD_DEVICEID>')).oldDeviceId).toBeNull();
  });

  it('has the history as ids made of digits, each once, and none when none was sent', () => {
    const sent = inventory(
      '<DOWNLOAD><HISTORY><PACKAGE ID="1700000001"/><PACKAGE><ID>1700000002</ID></PACKAGE><PACKAGE ID="1700000001"/><PACKAGE ID="1 or 1"/><PACKAGE/></HISTORY></DOWNLOAD>',
    );
    expect(sent.downloadHistory).toEqual(['1700000001', '1700000002']);
    expect(inventory('<DOWNLOAD><HISTORY>\n</HISTORY></DOWNLOAD>').downloadHistory).toEqual([]);
    expect(inventory('<BIOS SSN="1"/>').downloadHistory).toEqual([]);
  });

  it('has account values by name, an empty one too', () => {
    const { accountInfo, sections } = inventory(
      '<ACCOUNTINFO><KEYNAME>TAG</KEYNAME><KEYVALUE>NA</KEYVALUE></ACCOUNTINFO><ACCOUNTINFO KEYNAME="fields_3"/><ACCOUNTINFO KEYVALUE="x"/>',
    );
    expect(accountInfo).toEqual([
      { name: 'TAG', value: 'NA' },
      { name: 'fields_3', value: '' },
    ]);
    expect(sections.size).toBe(0);
  });

  it('has the checksum as a number, or none', () => {
    expect(inventory('<HARDWARE CHECKSUM=" 262143 "/>').checksum).toBe(262143);
    expect(inventory('<HARDWARE CHECKSUM="all"/>').checksum).toBeNull();
    expect(inventory('<HARDWARE NAME="a"/>').checksum).toBeNull();
  });

  it('has the neighbours of IPDISCOVER whose addresses are addresses', () => {
    const { sections } = inventory(
      `<IPDISCOVER><H><I>192.0.2.9</I><M>02:fc:00:00:00:09</M><N>nas</N></H><H><I>nas</I><M>02:fc:00:00:00:09</M></H>
       <H I="192.0.2.8" M="02:fc:00:00:00:08"/></IPDISCOVER>`,
    );
    expect(sections.get('IPDISCOVER')).toEqual([
      { I: '192.0.2.9', M: '02:fc:00:00:00:09', N: 'nas' },
      { I: '192.0.2.8', M: '02:fc:00:00:00:08' },
    ]);
  });
});
