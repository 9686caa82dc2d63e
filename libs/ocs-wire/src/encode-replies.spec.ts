import { parseFileId } from '@entrepot/kernel';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeInventoryReply } from './encode-inventory-reply.js';
import { type DownloadOptions, encodePrologReply } from './encode-prolog-reply.js';
import { childOf, childrenOf, parseXml, textOf, type XmlNode } from './xml-tree.js';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures');
const OPTIONS: DownloadOptions = {
  on: true,
  cycleLatency: 1,
  fragLatency: 1,
  periodLatency: 1,
  periodLength: 10,
  timeoutDays: 30,
  executionTimeoutMinutes: 120,
  packages: [
    {
      fileId: parseFileId('1700000001')!,
      infoLocation: '127.0.0.1:18021/download',
      packLocation: '127.0.0.1:18020/download',
      force: false,
      schedule: '',
      postCommand: '',
    },
  ],
};

/** A document without the order of its children, which means nothing. */
function unordered(node: XmlNode): unknown {
  const children = node.children.map((child) => JSON.stringify(unordered(child)));
  return { name: node.name, text: node.text, children: children.sort() };
}

function recorded(path: string): unknown {
  return unordered(parseXml(readFileSync(join(FIXTURES, path), 'utf8')));
}

describe('encodePrologReply', () => {
  const reply = { prologFreqHours: 24, inventoryOnStartup: true, send: true, registry: [], ipdiscover: null };

  it('says what the old server said about a package', () => {
    expect(unordered(parseXml(encodePrologReply({ ...reply, download: OPTIONS })))).toEqual(
      recorded('download-store-ok/01-response.xml'),
    );
  });

  it('says what the old server said with deployment off, and offers no package then', () => {
    const download = { ...OPTIONS, on: false, cycleLatency: 60, fragLatency: 10 };
    expect(unordered(parseXml(encodePrologReply({ ...reply, download })))).toEqual(
      recorded('agent-first-inventory/01-response.xml'),
    );
  });

  it('has no attribute but TYPE on both kinds of PARAM', () => {
    const option = childOf(parseXml(encodePrologReply({ ...reply, download: OPTIONS })), 'OPTION');
    const [conf = [], pack = []] = childrenOf(option!, 'PARAM').map((node) =>
      node.children.map(({ name }) => name),
    );
    expect(conf.filter((name) => pack.includes(name))).toEqual(['TYPE']);
  });

  it('always has its three answers, and no option when there is none', () => {
    const root = parseXml(
      encodePrologReply({
        ...reply,
        prologFreqHours: 10,
        inventoryOnStartup: false,
        send: false,
        download: null,
      }),
    );
    expect(textOf(root, 'PROLOG_FREQ')).toBe('10');
    expect(textOf(root, 'INVENTORY_ON_STARTUP')).toBe('0');
    expect(textOf(root, 'RESPONSE')).toBe('STOP');
    expect(childOf(root, 'OPTION')).toBeNull();
  });

  it('asks for registry values, whether or not an inventory is due', () => {
    const registry = [
      { label: 'Office', tree: 2, key: 'SOFTWARE\\Microsoft\\Office & co', value: 'Version' },
      { label: 'Run', tree: 1, key: 'Run', value: '*' },
    ];
    const xml = encodePrologReply({ ...reply, send: false, download: null, registry });
    expect(xml).toContain('<RESPONSE>STOP</RESPONSE>');
    expect(xml).toContain(
      '<OPTION>\n<NAME>REGISTRY</NAME>\n' +
        '<PARAM REGTREE="2" REGKEY="SOFTWARE\\Microsoft\\Office &amp; co" NAME="Office">Version</PARAM>\n' +
        '<PARAM REGTREE="1" REGKEY="Run" NAME="Run">*</PARAM>\n</OPTION>',
    );
  });

  it('asks for an inventory of an agent that is to look for its neighbours, of an old one in its own form', () => {
    const ipdiscover = {
      subnet: '10.0.0.0',
      latencyMs: 100,
      scanType: 'ICMP',
      arpBandwidth: 256,
      bare: false,
    };
    const xml = encodePrologReply({ ...reply, send: false, download: null, ipdiscover });
    expect(xml).toContain('<RESPONSE>SEND</RESPONSE>');
    expect(xml).toContain(
      '<OPTION>\n<NAME>IPDISCOVER</NAME>\n' +
        '<PARAM IPDISC_LAT="100" SCAN_TYPE_IPDISCOVER="ICMP" SCAN_ARP_BANDWIDTH="256">10.0.0.0</PARAM>\n</OPTION>',
    );
    expect(
      encodePrologReply({ ...reply, download: null, ipdiscover: { ...ipdiscover, bare: true } }),
    ).toContain('<PARAM>10.0.0.0</PARAM>');
  });

  it('writes every value as an escaped attribute', () => {
    const packages = OPTIONS.packages.map((offered) => ({
      ...offered,
      force: true,
      postCommand: 'a "b" & <c>',
    }));
    const xml = encodePrologReply({ ...reply, download: { ...OPTIONS, packages } });
    expect(xml).toContain('POSTCMD="a &quot;b&quot; &amp; &lt;c&gt;" FORCE="1"');
    expect(xml).toContain('SCHEDULE=""');
  });
});

describe('encodeInventoryReply', () => {
  it('says what the old server said', () => {
    expect(unordered(parseXml(encodeInventoryReply(null)))).toEqual(
      recorded('agent-first-inventory/02-response.xml'),
    );
    expect(unordered(parseXml(encodeInventoryReply([{ name: 'TAG', value: 'LAB01' }])))).toEqual(
      recorded('agent-tag-change/02-response.xml'),
    );
  });

  it('escapes what administrators write', () => {
    expect(encodeInventoryReply([{ name: 'TAG', value: 'R&D <1>' }])).toContain(
      '<KEYVALUE>R&amp;D &lt;1&gt;</KEYVALUE>',
    );
  });
});
