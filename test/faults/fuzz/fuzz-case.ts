import type { Sources } from './sources.js';
import { BYTE_MUTATIONS, ENCODINGS, ODD_PACKINGS, PACKINGS } from './mutate-bytes.js';
import { PROTOCOL_MUTATIONS, pooledDeviceId } from './mutate-protocol.js';
import { TREE_MUTATIONS } from './mutate-tree.js';
import { Random } from './random.js';
import { childOf, copyOf, setField, writeXml, type XmlElement } from './xml-element.js';

/** One request that no agent would send. */
export interface FuzzCase {
  readonly index: number;
  /** What was done to a real inventory, in order. */
  readonly steps: readonly string[];
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** About so many rows of CONTENT does a case keep. */
const USUAL_ROWS = 40;
const PATHS = ['/ocsinventory', '/ocsinventory/', '/ocsinventory/x?QUERY=PROLOG'];
const USER_AGENTS = [
  'OCS-NG_unified_unix_agent_v2.10.2',
  'OCS-NG_WINDOWS_AGENT_v2.11.0.1',
  'OCS-NG_Android_agent_v2.8',
  'curl/8',
  `x'; DROP TABLE device; --`,
  `${'long '.repeat(1_000)}`,
];
const CONTENT_TYPES = [
  'application/x-compress',
  'application/xml',
  'application/json',
  'text/plain; charset=x',
];
const CONTENT_ENCODINGS = ['gzip', 'deflate', 'br', 'identity'];

/** Makes a case: the same for the same seed and index, whatever was made before. */
export function makeFuzzCase(seed: number, index: number, sources: Sources): FuzzCase {
  const random = new Random(seed, index);
  const steps: string[] = [];
  const root = document(random, sources);
  for (let i = random.below(4); i >= 0; i--) mutateTree(root, random, steps);
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n${writeXml(root)}\n`;
  let bytes = random.percent(12) ? drawn(ENCODINGS, random, steps)(xml) : Buffer.from(xml);
  if (random.percent(15)) bytes = drawn(BYTE_MUTATIONS, random, steps)(bytes, random);
  const packings = random.percent(4) ? ODD_PACKINGS : PACKINGS;
  let body = drawn(packings, random, steps)(bytes);
  if (random.percent(15)) body = drawn(BYTE_MUTATIONS, random, steps)(body, random);
  return { index, steps, path: random.pick(PATHS), headers: headersOf(random), body };
}

/** A copy of a recorded inventory, mostly with fewer rows and always with a DEVICEID of the pool. */
function document(random: Random, { small, large }: Sources): XmlElement {
  const recorded = random.pick(random.percent(25) ? large : small);
  const root = random.percent(3) ? copyOf(recorded) : thinCopyOf(recorded, random);
  const deviceId = pooledDeviceId(random);
  setField(root, 'DEVICEID', deviceId);
  const hardware = childOf(childOf(root, 'CONTENT') ?? root, 'HARDWARE');
  if (hardware !== undefined) setField(hardware, 'NAME', deviceId.replace(/-2026.*/, ''));
  return root;
}

/** A copy with so many rows, drawn at random; HARDWARE and BIOS are always among them. */
function thinCopyOf(root: XmlElement, random: Random): XmlElement {
  const content = childOf(root, 'CONTENT') as XmlElement;
  const share = Math.ceil((100 * USUAL_ROWS) / content.children.length);
  const rows = content.children.filter(
    ({ name }) => name === 'HARDWARE' || name === 'BIOS' || random.percent(share),
  );
  const children = root.children.map((child) => (child === content ? { ...content, children: rows } : child));
  return copyOf({ ...root, children });
}

function mutateTree(root: XmlElement, random: Random, steps: string[]): void {
  drawn(random.percent(50) ? TREE_MUTATIONS : PROTOCOL_MUTATIONS, random, steps)(root, random);
}

function headersOf(random: Random): Record<string, string> {
  return {
    'User-Agent': random.pick(USER_AGENTS),
    'Content-Type': random.pick(CONTENT_TYPES),
    ...(random.percent(10) && { 'Content-Encoding': random.pick(CONTENT_ENCODINGS) }),
    ...(random.percent(10) && { 'Transfer-Encoding': 'chunked' }),
  };
}

function drawn<T>(all: Readonly<Record<string, T>>, random: Random, steps: string[]): T {
  const [name, chosen] = random.pick(Object.entries(all));
  steps.push(name);
  return chosen;
}
