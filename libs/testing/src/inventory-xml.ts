import { hardwareSections } from './inventory-sections.js';
import { escapeXml } from './xml-text.js';

export interface InventoryOptions {
  /** Decides every name, serial number, address and digit: the same seed makes the same document. 0 unless told. */
  readonly seed?: number;
  /** `PC-<seed>-2026-01-01-00-00-00` unless told. */
  readonly deviceId?: string;
  /** How many SOFTWARES rows; 20 unless told. 600 make about 257 KB, as in test/fixtures/load. */
  readonly softwares?: number;
  /** What the agent believes its TAG to be; 'NA' unless told, null for no ACCOUNTINFO at all. */
  readonly tag?: string | null;
  /** HARDWARE CHECKSUM: which sections the agent says have changed. All bits unless told. */
  readonly checksum?: number;
  /** File ids of DOWNLOAD/HISTORY. */
  readonly history?: readonly string[];
  /** More XML inside CONTENT, for sections of a test's own. */
  readonly extra?: string;
  /** Names of sections to leave out: `['PRINTERS']`. */
  readonly without?: readonly string[];
  /** Fields that every row of a section has instead of its own: `{ BIOS: { SSN: 'N/A' } }`. */
  readonly fields?: Readonly<Record<string, SectionRow>>;
  /** The rows of NETWORKS; two of the seed's own unless told. */
  readonly networks?: readonly SectionRow[];
  /** What the machine was called before, where Windows agents say it (OCS-PROTOCOL.md §3.1). */
  readonly oldDeviceId?: string;
}

/** One row of a section: element names and their text. */
export type SectionRow = Readonly<Record<string, string | number>>;

/** The DEVICEID that `inventoryXml` makes for a seed. */
export function deviceIdFor(seed: number): string {
  return `PC-${seed}-2026-01-01-00-00-00`;
}

/** A whole INVENTORY document of one machine, the shape of test/fixtures/load. */
export function inventoryXml(options: InventoryOptions = {}): string {
  const {
    seed = 0,
    softwares = 20,
    tag = 'NA',
    checksum = 0x1fffff,
    history = [],
    extra = '',
    fields = {},
    networks,
    oldDeviceId,
  } = options;
  const without = [...(options.without ?? []), ...(networks === undefined ? [] : ['NETWORKS'])];
  const sections: [string, SectionRow][] = [
    ...(tag === null ? [] : [['ACCOUNTINFO', { KEYNAME: 'TAG', KEYVALUE: tag }] as [string, SectionRow]]),
    ...hardwareSections(seed, checksum),
    ...softwareRows(seed, softwares),
  ];
  const rows = [
    ...sections.filter(([name]) => !without.includes(name)),
    ...(networks ?? []).map((row): [string, SectionRow] => ['NETWORKS', row]),
  ].map(([name, row]) => writeRow(name, { ...row, ...fields[name] }));
  const old = oldDeviceId === undefined ? '' : `<OLD_DEVICEID>${escapeXml(oldDeviceId)}</OLD_DEVICEID>`;
  const packages = history.map((id) => `<PACKAGE ID="${escapeXml(id)}" />`).join('');
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<REQUEST>\n  <CONTENT>\n` +
    `    <DOWNLOAD>\n      <HISTORY>${packages}${old}</HISTORY>\n    </DOWNLOAD>\n` +
    `${rows.join('')}${extra}  </CONTENT>\n` +
    `  <DEVICEID>${escapeXml(options.deviceId ?? deviceIdFor(seed))}</DEVICEID>\n` +
    `  <QUERY>INVENTORY</QUERY>\n</REQUEST>\n`
  );
}

const WORDS = [
  'Office',
  'Visual',
  'Media',
  'Network',
  'Security',
  'Printer',
  'Desktop',
  'Cloud',
  'Remote',
  'Data',
];
const KINDS = ['Console', 'Framework', 'Language Pack', 'Runtime', 'Driver', 'Toolkit', 'Viewer'];
const PUBLISHERS = [
  'Cisco Systems & Co',
  'NVIDIA Corporation',
  'Adobe Systems, Inc.',
  'Microsoft Corporation',
  'VideoLAN',
];

function softwareRows(seed: number, count: number): [string, SectionRow][] {
  const random = numbers(seed);
  return Array.from({ length: count }, (_, i) => {
    const title = `${pick(WORDS, random())} ${pick(KINDS, random())} ${i * 3 + (random() % 3)}`;
    const row: SectionRow = {
      BITSWIDTH: 64,
      FILESIZE: random() % 1_000_000,
      FOLDER: `C:\\Program Files\\${title}`,
      FROM: 'registry',
      GUID: `{4c4c4544-${String(i).padStart(4, '0')}-11EE-9DEB-${String(random() % 1e12).padStart(12, '0')}}`,
      INSTALLDATE: `2026/01/${String((i % 28) + 1).padStart(2, '0')}`,
      NAME: title,
      PUBLISHER: pick(PUBLISHERS, random()),
      VERSION: `${random() % 12}.${random() % 10}.${random() % 10_000}.${random() % 100}`,
    };
    return ['SOFTWARES', row];
  });
}

/** A small generator of whole numbers below 2^31 (a linear congruence): the same for the same seed, everywhere. */
function numbers(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 1;
  };
}

function pick(list: readonly string[], number: number): string {
  return list[number % list.length] as string;
}

function writeRow(name: string, row: SectionRow): string {
  const fields = Object.entries(row).map(
    ([field, value]) => `      <${field}>${escapeXml(String(value))}</${field}>\n`,
  );
  return `    <${name}>\n${fields.join('')}    </${name}>\n`;
}
