/**
 * Agents that take packages, in a process of their own: PROLOG, info file by https, each fragment by http, digest of the
 * whole, result (OCS-PROTOCOL.md §5.5 without its pauses). Each begins at its time, whatever became of the others.
 */
import { createHash } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { deflateSync, inflateSync } from 'node:zlib';
import { agentDeviceId, prologXml } from './fleet.mjs';

const TIMEOUT_MS = 60_000;

process.on('message', (job) => void run(job).then((report) => process.send(report)));
process.on('disconnect', () => process.exit());

async function run(job) {
  const agents = {
    http: new HttpAgent({ keepAlive: true, maxSockets: job.connections }),
    https: new HttpsAgent({ keepAlive: true, maxSockets: job.connections, ca: job.ca }),
  };
  const started = process.cpuUsage();
  const startedAt = performance.now();
  const journeys = [];
  for (const [index, number] of job.numbers.entries()) {
    const dueAt = startedAt + (index * job.seconds * 1_000) / job.numbers.length;
    while (performance.now() < dueAt) await delay(Math.max(1, dueAt - performance.now()));
    journeys.push(journey({ job, agents, number, dueAt }));
  }
  const results = await Promise.all(journeys);
  const { user, system } = process.cpuUsage(started);
  agents.http.destroy();
  agents.https.destroy();
  return { results, elapsedMs: performance.now() - startedAt, clientCpuMs: (user + system) / 1_000 };
}

async function journey({ job, agents, number, dueAt }) {
  const timed = { number, prologMs: null, fragments: 0, error: null };
  try {
    const reply = await post(agents, job, prologXml(number));
    timed.prologMs = performance.now() - dueAt;
    const offer = offerOf(inflateSync(reply).toString('utf8'));
    const info = (await get(agents, `https://${offer.INFO_LOC}/${offer.ID}/info`)).toString('utf8');
    const told = attributesOf(info);
    const hash = createHash('md5');
    for (let n = 1; n <= Number(told.FRAGS); n++) {
      hash.update(
        await get(agents, `http://${told.PACK_LOC ?? offer.PACK_LOC}/${offer.ID}/${offer.ID}-${n}`),
      );
      timed.fragments += 1;
    }
    const result = hash.digest('hex') === told.DIGEST ? 'SUCCESS' : 'ERR_BAD_DIGEST';
    await post(agents, job, resultXml(number, offer.ID, result));
    if (result !== 'SUCCESS') throw new Error(result);
  } catch (error) {
    timed.error = error.message;
  }
  timed.ms = performance.now() - dueAt;
  return timed;
}

function offerOf(xml) {
  const [pack] = /<PARAM [^>]*TYPE="PACK"[^>]*>/.exec(xml) ?? [];
  if (pack === undefined) throw new Error('The PROLOG reply lists no package');
  return attributesOf(pack);
}

function attributesOf(text) {
  return Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

function resultXml(number, fileId, result) {
  return `<REQUEST DEVICEID="${agentDeviceId(number)}" QUERY="DOWNLOAD" ID="${fileId}" ERR="${result}"/>`;
}

function post(agents, { port }, xml) {
  const body = deflateSync(xml);
  const headers = {
    'User-Agent': 'OCS-NG_unified_unix_agent_v2.10.2',
    'Content-Type': 'application/x-compress',
    'Content-Length': body.length,
  };
  const options = { agent: agents.http, method: 'POST', headers, timeout: TIMEOUT_MS };
  return answerOf(httpRequest(`http://127.0.0.1:${port}/ocsinventory`, options), body);
}

function get(agents, url) {
  const isHttps = url.startsWith('https:');
  const options = { agent: isHttps ? agents.https : agents.http, timeout: TIMEOUT_MS };
  return answerOf((isHttps ? httpsRequest : httpRequest)(url, options));
}

function answerOf(sent, body) {
  return new Promise((resolve, reject) => {
    sent.on('response', (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks));
        else reject(new Error(`${sent.path} answered ${response.statusCode}`));
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`${sent.path} did not answer in time`)));
    sent.on('error', reject);
    sent.end(body);
  });
}
