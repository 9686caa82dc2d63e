import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateSync, inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  agentStateDir,
  makeTarGz,
  removeDirectory,
  runAgent,
  temporaryDirectory,
  waitForDownloader,
  type RealAgentRun,
} from './index.js';

const FILE_ID = '1700000001';

describe('runAgent', () => {
  let directory: string;
  let http: Server;
  let https: Server;
  let archive: Buffer;
  let silent = false;
  const requests: string[] = [];
  const url = (server: Server): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const listen = (server: Server): Promise<void> =>
    new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve()));

  const answer: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (silent) return;
      if (request.method === 'GET') {
        response.end(request.url?.endsWith('/info') === true ? info() : archive);
        return;
      }
      const xml = inflateSync(Buffer.concat(chunks)).toString();
      requests.push(xml);
      const reply = xml.includes('PROLOG')
        ? prologReply()
        : '<REPLY><RESPONSE>NO_ACCOUNT_UPDATE</RESPONSE></REPLY>';
      response.end(deflateSync(reply));
    });
  };
  const info = (): string =>
    `<DOWNLOAD ID="${FILE_ID}" PRI="1" ACT="STORE" PATH="${directory}/stored" PROTO="HTTP" FRAGS="1" ` +
    `DIGEST="${createHash('md5').update(archive).digest('hex')}" DIGEST_ALGO="MD5" DIGEST_ENCODE="Hexa" />\n`;
  const prologReply = (): string =>
    `<REPLY><PROLOG_FREQ>24</PROLOG_FREQ><INVENTORY_ON_STARTUP>1</INVENTORY_ON_STARTUP><RESPONSE>SEND</RESPONSE>` +
    `<OPTION><NAME>DOWNLOAD</NAME><PARAM TYPE="CONF" ON="1" FRAG_LATENCY="0" CYCLE_LATENCY="0" PERIOD_LATENCY="0" ` +
    `PERIOD_LENGTH="1" TIMEOUT="30"/><PARAM TYPE="PACK" ID="${FILE_ID}" INFO_LOC="${url(https)}/download" ` +
    `PACK_LOC="${url(http)}/download" CERT_PATH="INSTALL_PATH" CERT_FILE="INSTALL_PATH" SCHEDULE="" POSTCMD="" ` +
    `FORCE="0"/></OPTION></REPLY>`;
  const run = (hostname: string, more: { timeoutMs?: number; ca?: string } = {}): Promise<RealAgentRun> =>
    runAgent({
      server: `http://${url(http)}/ocsinventory`,
      dir: join(directory, hostname),
      hostname,
      tag: 'T1',
      ...more,
    });

  beforeAll(async () => {
    directory = await temporaryDirectory('agent');
    archive = await makeTarGz({ 'hello.txt': { content: 'hello' } });
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'ca.pem')];
    await promisify(execFile)('openssl', [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
    ]);
    http = createHttpServer(answer);
    https = createHttpsServer({ key: readFileSync(key), cert: readFileSync(cert) }, answer);
    await Promise.all([listen(http), listen(https)]);
  });
  afterAll(async () => {
    http.close();
    https.close();
    await removeDirectory(directory);
  });

  it('reports as the host it was told to be, and ends after its downloader has reported', async () => {
    const { exitCode, log, timedOut } = await run('lab-one', { ca: join(directory, 'ca.pem') });
    expect({ exitCode, timedOut }, log).toEqual({ exitCode: 0, timedOut: false });
    expect(requests.map((xml) => /<QUERY>(\w+)|QUERY="(\w+)"/.exec(xml)?.slice(1).join(''))).toEqual([
      'PROLOG',
      'INVENTORY',
      'DOWNLOAD',
    ]);
    expect(requests[1]).toMatch(/<DEVICEID>lab-one-\d{4}(-\d\d){5}<\/DEVICEID>/);
    expect(requests[1]).toContain('<KEYVALUE>T1</KEYVALUE>');
    expect(requests[2]).toContain('ERR="SUCCESS"');
    expect(readFileSync(join(directory, 'stored', 'hello.txt'), 'utf8')).toBe('hello');
    const state = agentStateDir(join(directory, 'lab-one'), `http://${url(http)}/ocsinventory`);
    expect(existsSync(join(state, 'ocsinv.conf'))).toBe(true);
    await waitForDownloader(state);
  });

  it('kills an agent that does not come to its end', async () => {
    silent = true;
    const { timedOut } = await run('lab-two', { timeoutMs: 3_000 });
    expect(timedOut).toBe(true);
  });
});
