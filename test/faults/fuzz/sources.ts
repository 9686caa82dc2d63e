import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';
import { readXml, type XmlElement } from './xml-element.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
const LARGE = 100_000;

/** The recorded inventories that cases are made of. */
export interface Sources {
  /** Of 17 KB, by the unmodified Unix agent and by the Perl injector. */
  readonly small: readonly XmlElement[];
  /** Of 1,000 and of 600 software rows. */
  readonly large: readonly XmlElement[];
}

/** Reads every recorded INVENTORY of test/fixtures. */
export async function readSources(): Promise<Sources> {
  const small: XmlElement[] = [];
  const large: XmlElement[] = [];
  for (const file of await inventoryFiles()) {
    const bytes = await readFile(file);
    const xml = (bytes[0] === 0x78 ? inflateSync(bytes) : bytes).toString('utf8');
    if (!xml.includes('<QUERY>INVENTORY</QUERY>')) continue;
    (xml.length > LARGE ? large : small).push(readXml(xml));
  }
  return { small, large };
}

async function inventoryFiles(): Promise<string[]> {
  const names = (await readdir(FIXTURES, { recursive: true })).sort();
  // The injector's first request is clear XML; what errors/ has is too short to be mutated.
  const requests = names.filter((name) => /^(?!errors).*-request\.bin$/.test(name));
  return [...requests, 'load/inventory-600-softwares.xml'].map((name) => join(FIXTURES, name));
}
