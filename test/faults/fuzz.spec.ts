import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  removeDirectory,
  ScriptedAgent,
  startPostgres,
  temporaryDirectory,
  type RunningPostgres,
} from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { Api } from '../installation/api.js';
import { query } from '../installation/database.js';
import { embeddedProgram, type EmbeddedProgram } from '../installation/embedded-program.js';
import { makeFuzzCase, type FuzzCase } from './fuzz/fuzz-case.js';
import { heldMemory, probeSettings, type HeldMemory } from './fuzz/held-memory.js';
import { Neighbour } from './fuzz/neighbours.js';
import { sendCases, type Answered } from './fuzz/send-cases.js';
import { readSources } from './fuzz/sources.js';
import { unreadablePages } from './fuzz/unreadable-pages.js';

// FUZZ_SEED, FUZZ_CASES and FUZZ_ONLY (one index) choose other cases than those of `npm test`: the first ones of the
// 20,000 that test/load/fuzz.mjs sends.
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const CASES = Number(process.env['FUZZ_CASES'] ?? 4_000);
const ONLY = process.env['FUZZ_ONLY'];
const CONNECTIONS = 12;
const TIMEOUT_MS = 120_000 + CASES * 100;
const MIB = 2 ** 20;
/** Where the body of a case that went wrong is kept, for replay. */
const FINDINGS = join(tmpdir(), 'entrepot-fuzz');
const ADMIN_PASSWORD = 'fuzz-password';
const NEIGHBOURS = 8;
/** A neighbour speaks after so many hostile requests. */
const NEIGHBOUR_EVERY = 100;
/** What bounded caches may still take in between a quarter of the cases and all of them, as objects. */
const MOST_HEAP = 24 * MIB;
/** The memo of software rows keeps its texts in buffers, 100 MiB at the most: of 20,000 cases, 1.6 KiB each. */
const MOST_BUFFERS = 24 * MIB;
/** What the allocators keep for later varies by some ten MiB from run to run. */
const MOST_RESIDENT = 160 * MIB;

/** What this fuzz has found: inventories of one device, in order. */
const ONCE_WRONG: readonly [what: string, ...contents: string[]][] = [
  [
    'a section among the software that changes what the machine is recognised by',
    '<HARDWARE><NAME>x</NAME></HARDWARE><SOFTWARES><NAME>a</NAME></SOFTWARES>',
    '<HARDWARE><NAME>x</NAME></HARDWARE><SOFTWARES><NAME>b</NAME></SOFTWARES>' +
      '<BIOS><SSN>once-wrong</SSN></BIOS><SOFTWARES><NAME>c</NAME></SOFTWARES>',
  ],
];

let directory: string;
let postgres: RunningPostgres;
let embedded: EmbeddedProgram;
let databaseUrl: string;
let api: Api;
let neighbours: Neighbour[];

beforeAll(async () => {
  directory = await temporaryDirectory('fuzz');
  postgres = await startPostgres({ durable: false });
  databaseUrl = await postgres.createDatabase('entrepot');
  embedded = await embeddedProgram(directory, {
    DATABASE_URL: databaseUrl,
    ENTREPOT_ADMIN_PASSWORD: ADMIN_PASSWORD,
    // So that the last lines are of errors, however many requests are refused.
    ENTREPOT_LOG_LEVEL: 'error',
    ...probeSettings(directory),
  });
  await embedded.program.start();
  const { httpUrl } = embedded.program;
  api = await Api.login({ httpUrl, adminPassword: ADMIN_PASSWORD });
  neighbours = Array.from({ length: NEIGHBOURS }, (_, number) => new Neighbour(httpUrl, number));
  for (const neighbour of neighbours) expect(await neighbour.report(0)).toBe(200);
});

afterAll(async () => {
  await embedded.program.stop();
  await postgres.stop();
  await removeDirectory(directory);
});

const sources = await readSources();
const wrong: string[] = [];
const counts: Record<string, number> = {};

function* cases(from: number, to: number): Generator<FuzzCase> {
  for (let index = from; index < to; index++) yield makeFuzzCase(SEED, index, sources);
}

async function hear({ sent, status, right }: Answered): Promise<void> {
  counts[status] = (counts[status] ?? 0) + 1;
  if (!right) {
    await mkdir(FINDINGS, { recursive: true });
    const file = join(FINDINGS, `${SEED}-${sent.index}.bin`);
    await writeFile(file, sent.body);
    wrong.push(`seed ${SEED}, index ${sent.index}: ${status} for ${sent.steps.join(', ')} (${file})`);
  }
  if (sent.index % NEIGHBOUR_EVERY === 0) await listenToNeighbour(sent.index / NEIGHBOUR_EVERY);
}

/** The first half of them send inventories, changed ones too; the others only call, and must keep what they have. */
async function listenToNeighbour(turn: number): Promise<void> {
  const neighbour = neighbours[turn % NEIGHBOURS] as Neighbour;
  const said =
    turn % NEIGHBOURS < NEIGHBOURS / 2 ? await neighbour.report(turn % 5) : await neighbour.prolog();
  if (said !== 200 && !/^200 (?:SEND|STOP)$/.test(String(said)))
    wrong.push(`neighbour ${neighbour.deviceId}: ${said}`);
}

/** Sends a range of the cases; answers with what the server holds afterwards. */
async function send(from: number, to: number): Promise<HeldMemory> {
  await sendCases(embedded.program.httpUrl, cases(from, to), CONNECTIONS, hear);
  return heldMemory(embedded.program.pid, directory);
}

const inMib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;

async function sendAll({ annotate }: TestContext): Promise<void> {
  const early = await send(0, CASES / 4);
  const late = await send(CASES / 4, CASES);
  await annotate(
    `${JSON.stringify(counts)}; after a quarter and after all heap ${inMib(early.heap)} and ${inMib(late.heap)}, ` +
      `buffers ${inMib(early.buffers)} and ${inMib(late.buffers)}, resident ${inMib(early.resident)} and ${inMib(late.resident)}`,
  );
  expect([wrong, errorLines()]).toEqual([[], []]);
  expect(late.heap - early.heap).toBeLessThan(MOST_HEAP);
  expect(late.buffers - early.buffers).toBeLessThan(MOST_BUFFERS);
  expect(late.resident - early.resident).toBeLessThan(MOST_RESIDENT);
  // The rule would be met by a server that refuses everything, too.
  expect(counts['200']).toBeGreaterThan(CASES / 3);
  expect(counts['400']).toBeGreaterThan(CASES / 10);
  expect(counts['500']).toBeGreaterThan(CASES / 100);
}

async function replay(index: number): Promise<void> {
  await send(index, index + 1);
  expect([wrong, errorLines()]).toEqual([[], []]);
}

function errorLines(): string[] {
  return embedded.program.linesWith('"level":');
}

describe(`inventories that were mutated from seed ${SEED}`, () => {
  if (ONLY === undefined) it('are answered by the rule and leave nothing in memory', sendAll, TIMEOUT_MS);
  else it(`are replayed, of which case ${ONLY}`, () => replay(Number(ONLY)));

  it.each(ONCE_WRONG)('once went wrong: %s', async (_, ...contents) => {
    const deviceId = 'once-wrong-2026-01-01-00-00-00';
    const agent = new ScriptedAgent({ server: `${embedded.program.httpUrl}/ocsinventory`, deviceId });
    for (const content of contents) expect((await agent.inventory(content)).status).toBe(200);
  });

  it('leave every neighbour as it was, field for field, and answered as before', async () => {
    for (const neighbour of neighbours) {
      const { stored, sent } = await neighbour.storedAndSent(api);
      expect(stored, neighbour.deviceId).toEqual(sent);
      expect(await neighbour.prolog()).toBe('200 SEND');
    }
  });

  it(
    'leave nothing that cannot be shown',
    async () => {
      expect(await unreadablePages(embedded.program.httpUrl, api)).toEqual([]);
      expect(errorLines()).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it('leave no event that nobody can take', async () => {
    const [dead] = await query<{ n: string }>(
      { databaseUrl },
      `SELECT (SELECT count(*) FROM activation.dead_letter) + (SELECT count(*) FROM builder.dead_letter) AS n`,
    );
    expect(dead?.n).toBe('0');
  });
});
