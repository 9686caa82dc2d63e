import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants, gunzipSync, gzipSync, deflateSync, inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceIdFor, inventoryXml, ScriptedAgent, type AgentForm } from './index.js';

const FIXTURES = new URL('../../../test/fixtures/', import.meta.url);
const DEVICE = 'vm-2026-11-20-15-34-53';

interface Seen {
  headers: IncomingHttpHeaders;
  body: Buffer;
}

describe('ScriptedAgent', () => {
  let server: Server;
  let url: string;
  let answer: Buffer = Buffer.alloc(0);
  let seen: Seen;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen = { headers: request.headers, body: Buffer.concat(chunks) };
        response.end(answer);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ocsinventory`;
  });
  afterAll(() => server.close());

  const agent = (form: AgentForm): ScriptedAgent =>
    new ScriptedAgent({ server: url, deviceId: DEVICE, form });
  const squeeze = (xml: string): string => xml.replace(/>\s+</g, '><').trim();

  it('sends the same PROLOG as the recorded Unix agent, with the same headers', async () => {
    answer = deflateSync('<REPLY><RESPONSE>SEND</RESPONSE></REPLY>');
    const reply = await agent('unix').prolog();
    const recorded = readFileSync(new URL('download-store-ok/01-request.xml', FIXTURES), 'utf8');
    expect(squeeze(inflateSync(seen.body).toString())).toBe(squeeze(recorded));
    expect(seen.headers).toMatchObject({
      'user-agent': 'OCS-NG_unified_unix_agent_v2.10.0',
      'content-type': 'application/x-compress',
      'content-length': String(seen.body.length),
    });
    expect(seen.headers['accept-encoding']).toBeUndefined();
    expect(reply).toMatchObject({ status: 200, packing: 'zlib', response: 'SEND', packages: [] });
  });

  it('sends the same result as the recorded Unix agent', async () => {
    await agent('unix').report('1700000001', 'SUCCESS');
    const recorded = readFileSync(new URL('download-store-ok/08-request.xml', FIXTURES), 'utf8');
    expect(inflateSync(seen.body).toString().trim()).toBe(recorded.trim());
  });

  it('leaves its zlib streams unterminated in the Windows form', async () => {
    await agent('windows').prolog();
    expect(() => inflateSync(seen.body)).toThrow(/unexpected end/);
    const text = inflateSync(seen.body, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    expect(text).toContain('<CONTENT/>');
    expect(text).toContain(`<DEVICEID>${DEVICE}</DEVICEID>`);
  });

  it('labels gzip as such in the Android form, and sends results as clear elements', async () => {
    await agent('android').prolog();
    expect(seen.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(seen.body).toString()).toContain('<QUERY>PROLOG</QUERY>');
    await agent('android').report('1700000001', 'ERR_BAD_DIGEST');
    expect(seen.headers['content-encoding']).toBeUndefined();
    expect(seen.body.toString()).toContain('<ERR>ERR_BAD_DIGEST</ERR>');
  });

  it('reads packages and account fields out of a reply, however it is packed', async () => {
    const recorded = readFileSync(new URL('download-store-ok/01-response.xml', FIXTURES));
    answer = gzipSync(recorded);
    expect(await agent('unix').prolog()).toMatchObject({
      packing: 'gzip',
      packages: [{ ID: '1700000001', PACK_LOC: '127.0.0.1:18020/download', FORCE: '0' }],
    });
    answer = Buffer.from(
      '<REPLY><RESPONSE>ACCOUNT_UPDATE</RESPONSE><ACCOUNTINFO><KEYNAME>TAG</KEYNAME>' +
        '<KEYVALUE>R&amp;D &#233;</KEYVALUE></ACCOUNTINFO></REPLY>',
    );
    const reply = await agent('clear').inventory('<HARDWARE><NAME>x</NAME></HARDWARE>');
    expect(seen.body.toString()).toContain('<CONTENT><HARDWARE>');
    expect(reply.accountInfo).toEqual({ TAG: 'R&D é' });
  });

  it('reads the attributes of an info file', async () => {
    answer = Buffer.from('<DOWNLOAD ID="1700000001" PRI="5" ACT="STORE" COMMAND="a &lt; b" />\n');
    const info = await agent('unix').downloadInfo(url);
    expect(info.attributes).toEqual({ ID: '1700000001', PRI: '5', ACT: 'STORE', COMMAND: 'a < b' });
  });
});

describe('inventoryXml', () => {
  const count = (xml: string, element: string): number => xml.split(`<${element}>`).length - 1;

  it('has the sections and the size of the load fixture', () => {
    const recorded = readFileSync(new URL('load/inventory-600-softwares.xml', FIXTURES), 'utf8');
    const made = inventoryXml({ seed: 100_000, softwares: 600 });
    for (const section of [
      'SOFTWARES',
      'HARDWARE',
      'BIOS',
      'NETWORKS',
      'CONTROLLERS',
      'PORTS',
      'STORAGES',
      'CPUS',
    ]) {
      expect([section, count(made, section)]).toEqual([section, count(recorded, section)]);
    }
    expect(Math.abs(made.length / recorded.length - 1)).toBeLessThan(0.05);
  });

  it('makes the same document for the same seed and another machine for another seed', () => {
    const one = inventoryXml({ seed: 1, softwares: 5 });
    expect(inventoryXml({ seed: 1, softwares: 5 })).toBe(one);
    const facts = (xml: string): string[] =>
      [...xml.matchAll(/<(?:MACADDR|SSN|UUID|DEVICEID)>([^<]*)/g)].map((m) => m[1] ?? '');
    const all = Array.from({ length: 300 }, (_, seed) => facts(inventoryXml({ seed, softwares: 0 }))).flat();
    expect(new Set(all).size).toBe(all.length);
    expect(one).toContain(`<DEVICEID>${deviceIdFor(1)}</DEVICEID>`);
  });

  it('leaves out sections, adds others and escapes what it is given', () => {
    const xml = inventoryXml({
      without: ['PRINTERS'],
      tag: 'R&D',
      extra: '<NOVELTY><A>1</A></NOVELTY>',
      history: ['1700000001'],
    });
    expect(count(xml, 'PRINTERS')).toBe(0);
    expect(xml).toContain('<KEYVALUE>R&amp;D</KEYVALUE>');
    expect(xml).toContain('<NOVELTY>');
    expect(xml).toContain('<PACKAGE ID="1700000001" />');
  });

  it('puts fields and network adapters of a test in the place of its own', () => {
    const xml = inventoryXml({
      seed: 1,
      softwares: 0,
      fields: { BIOS: { SSN: 'N/A' }, HARDWARE: { NAME: 'renamed' } },
      networks: [{ DESCRIPTION: 'dock', MACADDR: '02:aa:00:00:00:01' }],
      oldDeviceId: deviceIdFor(1),
    });
    expect([...xml.matchAll(/<(?:MACADDR|SSN|MSN)>([^<]*)/g)].map((m) => m[1])).toEqual([
      'N/A',
      'SN00000001M',
      '02:aa:00:00:00:01',
    ]);
    expect(xml).toContain('<NAME>renamed</NAME>');
    expect(xml).toContain(`<HISTORY><OLD_DEVICEID>${deviceIdFor(1)}</OLD_DEVICEID></HISTORY>`);
  });
});
