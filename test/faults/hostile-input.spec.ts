import { readFile } from 'node:fs/promises';
import { createDeflate, deflateSync } from 'node:zlib';
import {
  deviceIdFor,
  httpRequest,
  inventoryXml,
  makeTarGz,
  makeZip,
  noise,
  ScriptedAgent,
} from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { startEmbedded, type EmbeddedInstallation } from '../installation/embedded-installation.js';
import { builtOrFailed, requestBuild } from '../installation/packages.js';

let installation: EmbeddedInstallation;
let api: Api;
let agent: ScriptedAgent;

const MIB = 2 ** 20;
const NORMAL = { seed: 1, softwares: 3 };

beforeAll(async () => {
  installation = await startEmbedded();
  api = await Api.login(installation);
  agent = new ScriptedAgent({ server: `${installation.httpUrl}/ocsinventory`, deviceId: deviceIdFor(1) });
  expect((await agent.inventory(inventoryXml(NORMAL))).status).toBe(200);
});

afterAll(() => installation.stop());

let bomb: Promise<Buffer> | null = null;

/** One gigabyte of blanks as a few megabytes of zlib. */
function zlibBomb(): Promise<Buffer> {
  bomb ??= makeBomb();
  return bomb;
}

async function makeBomb(): Promise<Buffer> {
  const deflate = createDeflate({ level: 1 });
  const chunks: Buffer[] = [];
  const done = new Promise<void>((resolve, reject) => {
    deflate.on('data', (chunk: Buffer) => chunks.push(chunk));
    deflate.once('end', resolve);
    deflate.once('error', reject);
  });
  deflate.write('<?xml version="1.0"?><REQUEST>');
  const blanks = Buffer.alloc(16 * MIB, ' ');
  for (let i = 0; i < 64; i += 1) {
    if (!deflate.write(blanks)) await new Promise((resolve) => deflate.once('drain', resolve));
  }
  deflate.end('</REQUEST>');
  await done;
  return Buffer.concat(chunks);
}

const STORE = { kind: 'STORE', path: '/tmp/never' };

function launch(name: string): object {
  return { kind: 'LAUNCH', name };
}

function filesOf(paths: readonly string[]): Record<string, { content: string }> {
  return Object.fromEntries(paths.map((path) => [path, { content: 'x' }]));
}

function tarOf(...paths: string[]): () => Promise<Buffer> {
  return () => makeTarGz(filesOf(paths));
}

function zipOf(...paths: string[]): () => Promise<Buffer> {
  return () => Promise.resolve(makeZip(filesOf(paths)));
}

const zlib = (xml: string): Buffer => deflateSync(Buffer.from(xml));
const prologOf = (deviceId: string): string =>
  `<?xml version="1.0"?><REQUEST><DEVICEID>${deviceId}</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>`;
const ENTITIES = Array.from({ length: 9 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join(
  '',
);

const requests: [what: string, status: number, code: string, body: () => Promise<Buffer> | Buffer][] = [
  ['an empty body', 500, 'WIRE_BODY_EMPTY', () => Buffer.alloc(0)],
  ['a zlib bomb of 1 GB', 500, 'WIRE_BODY_TOO_LARGE', zlibBomb],
  [
    'an entity bomb',
    400,
    'WIRE_DOCTYPE_REFUSED',
    () => zlib(`<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "x">${ENTITIES}]><REQUEST>&e9;</REQUEST>`),
  ],
  [
    'an external entity',
    400,
    'WIRE_DOCTYPE_REFUSED',
    () =>
      zlib(
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><REQUEST>&x;</REQUEST>',
      ),
  ],
  ['a wrong DEVICEID', 400, 'WIRE_DEVICEID_INVALID', () => zlib(prologOf('no-date'))],
  ['a DEVICEID with a path in it', 400, 'WIRE_DEVICEID_INVALID', () => zlib(prologOf('../../etc/passwd'))],
  [
    'a zlib stream cut in the middle',
    500,
    'WIRE_BODY_NOT_INFLATABLE',
    () => {
      const whole = zlib(inventoryXml({ seed: 2, softwares: 50 }));
      return whole.subarray(0, whole.length / 2);
    },
  ],
  ['300 KB of random bytes', 500, 'WIRE_BODY_NOT_INFLATABLE', () => noise(300_000)],
  [
    'an unknown QUERY',
    400,
    'WIRE_QUERY_UNKNOWN',
    () => zlib(prologOf(deviceIdFor(1)).replace('PROLOG', 'DROP TABLE')),
  ],
];

async function residentBytes(): Promise<number> {
  const status = await readFile(`/proc/${installation.program.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

describe('what a hostile agent sends', () => {
  it.each(requests)(
    'refuses %s with %i, one log line and the server alive',
    async (_what, status, code, body) => {
      const linesBefore = installation.program.linesWith(code).length;
      const reply = await agent.post(await body());
      expect(reply.status).toBe(status);
      expect((await agent.prolog()).status).toBe(200);
      // The log comes through a pipe, a moment after the answer.
      await expect
        .poll(() => installation.program.linesWith(code).length - linesBefore, { timeout: 10_000 })
        .toBe(1);
    },
  );

  it('keeps its memory within bounds through twenty bombs at once', async () => {
    const body = await zlibBomb();
    const before = await residentBytes();
    const replies = await Promise.all(Array.from({ length: 20 }, () => agent.post(body)));
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([500]));
    expect((await residentBytes()) - before).toBeLessThan(600 * MIB);
    expect((await agent.prolog()).status).toBe(200);
  });

  it.each([
    [404, '/download/../../../../etc/passwd'],
    [404, '/download/%2e%2e/%2e%2e/etc/passwd'],
    [404, '/download/..%2f..%2f..%2fetc%2fpasswd/info'],
    [404, '/download/..\\..\\admin-password/info'],
    [404, '/download/1700000001/../../admin-password'],
    [404, '/download/1700000001/..%2f..%2fadmin-password'],
    [404, '/download/1700000001/1700000001-1%00'],
    [404, '/download/0000000001/info'],
    [404, '/download/99999999999999999999/info'],
    [404, '/download/1700000001%20/info'],
    [404, "/download/1700000001'--/info"],
    [404, '//etc/passwd'],
    [403, '/api/docs/../../../../../../etc/passwd'],
    [403, '/api/docs/%2e%2e/%2e%2e/package.json'],
    [404, '/api/docs/..%2f..%2f..%2fpackage.json'],
  ])('answers %i to GET %s, with one log line and the server alive', async (status, path) => {
    const { program, httpUrl } = installation;
    const answer = await httpRequest(httpUrl, { path });
    expect([answer.status, answer.headers['content-type']]).toEqual([status, 'application/problem+json']);
    const prolog = await agent.prolog();
    expect(prolog.status).toBe(200);
    // Once the line of the later request is there, those of the earlier one are all there.
    const linesOf = (id: unknown): string[] => program.linesWith(`"${String(id)}"`);
    await expect.poll(() => linesOf(prolog.headers['x-request-id']), { timeout: 10_000 }).toHaveLength(1);
    expect(linesOf(answer.headers['x-request-id'])).toHaveLength(1);
  });

  it.each<[what: string, code: string, action: object, archive: () => Promise<Buffer>, system: string]>([
    [
      'launches ../../bin/sh',
      'BUILDER_ARCHIVE_FILE_MISSING',
      launch('../../bin/sh'),
      tarOf('bin/sh'),
      'linux',
    ],
    ['launches /bin/sh', 'BUILDER_ARCHIVE_FILE_MISSING', launch('/bin/sh'), tarOf('install.sh'), 'linux'],
    ['holds ../evil', 'BUILDER_ARCHIVE_UNSAFE_PATH', STORE, tarOf('good', '../evil'), 'linux'],
    ['holds /etc/evil', 'BUILDER_ARCHIVE_UNSAFE_PATH', STORE, tarOf('good', '/etc/evil'), 'linux'],
    ['holds ..\\evil', 'BUILDER_ARCHIVE_UNSAFE_PATH', STORE, zipOf('good', '..\\evil'), 'windows'],
    ['holds C:\\evil', 'BUILDER_ARCHIVE_UNSAFE_PATH', STORE, zipOf('good', 'C:\\evil'), 'windows'],
  ])('never builds a package that %s: %s', async (what, code, action, archive, operatingSystem) => {
    const settings = { name: `It ${what}`, operatingSystem, action };
    const { id, fileId } = await requestBuild(installation.httpUrl, api, settings, await archive());
    const { state, error } = await builtOrFailed(api, id);
    expect([state, error?.code]).toEqual(['failed', code]);
    const download = await httpRequest(`${installation.httpUrl}/download/${fileId}/info`);
    expect(download.status).toBe(404);
    expect((await agent.prolog()).status).toBe(200);
  });

  it('stores SQL in every field as the text that it is', async () => {
    const attack = `'); DROP SCHEMA inventory CASCADE; --`;
    const escaped = attack.replaceAll("'", '&apos;');
    const fields = ['NAME', 'OSNAME', 'USERID', 'WORKGROUP', 'DESCRIPTION', 'IPADDR', 'UUID', 'PROCESSORT'];
    const hardware = `<HARDWARE>${fields.map((field) => `<${field}>${escaped}</${field}>`).join('')}</HARDWARE>`;
    const software = `<SOFTWARES><NAME>${escaped}</NAME><PUBLISHER>${escaped}</PUBLISHER><VERSION>${escaped}</VERSION></SOFTWARES>`;
    const other = `<MYSECTION><A>${escaped}</A></MYSECTION>`;
    const account = `<ACCOUNTINFO><KEYNAME>TAG</KEYNAME><KEYVALUE>${escaped}</KEYVALUE></ACCOUNTINFO>`;
    const attacker = new ScriptedAgent({
      server: `${installation.httpUrl}/ocsinventory`,
      deviceId: `'); DROP TABLE x; ---2026-01-01-00-00-00`,
    });
    expect((await attacker.inventory(account + hardware + software + other)).status).toBe(200);
    expect((await attacker.report(`1' OR '1'='1`, attack)).status).toBe(200);
    const { items } = await api.post<{ items: { id: string; name: string }[] }>('/api/v1/devices/search', {
      text: 'DROP SCHEMA',
    });
    expect(items.map((device) => device.name)).toEqual([attack]);
    for (const name of ['SOFTWARES', 'MYSECTION']) {
      const section = await api.get<{ items: Record<string, string>[] }>(
        `/api/v1/devices/${items[0]?.id ?? ''}/sections/${name}`,
      );
      expect(Object.values(section.items[0] ?? {})).toContain(attack);
    }
    expect((await agent.inventory(inventoryXml(NORMAL))).status).toBe(200);
  });
});
