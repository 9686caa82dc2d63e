import { CHARACTERS, DATES, DEVICE_IDS, MACS, MARKUP, NUMBERS, SERIALS, SQL } from './hostile-values.js';
import { content, type TreeMutation } from './mutate-tree.js';
import type { Random } from './random.js';
import { childOf, copyOf, field, parent, setField, type XmlElement } from './xml-element.js';

const POOL = 250;
const KINDS = ['PROLOG', 'NOTIFY', 'DOWNLOAD', 'SNMP', 'SYSTEM', 'UPDATE', 'inventory', 'INVENTORY '];

/** A DEVICEID of the few that the cases share, so that most of them meet a device that is stored already. */
export function pooledDeviceId(random: Random): string {
  return `fuzz-${random.below(POOL)}-2026-01-01-00-00-00`;
}

/** What may befall the parts of a request that the protocol gives a meaning (OCS-PROTOCOL.md §1.4, §2, §3). */
export const PROTOCOL_MUTATIONS: Readonly<Record<string, TreeMutation>> = {
  'another DEVICEID': (root, random) => setField(root, 'DEVICEID', pooledDeviceId(random)),
  'a DEVICEID that is none': (root, random) => {
    setField(root, 'DEVICEID', '');
    (childOf(root, 'DEVICEID') as XmlElement).text = random.pick([...DEVICE_IDS, ...MARKUP, ...CHARACTERS]);
  },
  'no DEVICEID, QUERY or CONTENT': (root, random) => {
    const name = random.pick(['DEVICEID', 'QUERY', 'CONTENT']);
    root.children = root.children.filter((child) => child.name !== name);
  },
  'a second DEVICEID, QUERY or CONTENT': (root, random) => {
    const name = random.pick(['DEVICEID', 'QUERY', 'CONTENT']);
    const first = childOf(root, name);
    const second = first ? copyOf(first) : field(name, 'x');
    if (name === 'DEVICEID') second.text = pooledDeviceId(random);
    root.children.splice(random.below(root.children.length + 1), 0, second);
  },
  'DEVICEID inside CONTENT': (root, random) => {
    root.children = root.children.filter((child) => child.name !== 'DEVICEID');
    content(root, random).children.unshift(field('DEVICEID', pooledDeviceId(random)));
  },
  'DEVICEID and QUERY as attributes': (root) => {
    for (const name of ['DEVICEID', 'QUERY'])
      root.attributes.push([name, childOf(root, name)?.text.replaceAll('"', '&quot;') ?? '']);
    root.children = root.children.filter(({ name }) => name !== 'DEVICEID' && name !== 'QUERY');
  },
  'another QUERY': (root, random) => setField(root, 'QUERY', random.pick(KINDS)),
  'a NOTIFY': (root, random) => {
    setField(root, 'QUERY', 'NOTIFY');
    root.children.push(field('TYPE', random.percent(80) ? 'IP' : random.pick(SQL)));
    for (let i = random.below(4); i >= 0; i--) root.children.push(networkInterface(random));
    root.children.push(parent('HARDWARE', [field('IPADDR', random.pick([...SQL, ...NUMBERS, '10.0.0.9']))]));
    if (random.percent(70)) root.children = root.children.filter((child) => child.name !== 'CONTENT');
  },
  'the result of a download': (root, random) => {
    setField(root, 'QUERY', 'DOWNLOAD');
    root.children.push(field('ID', random.pick([...NUMBERS, ...SQL, '1700000001', '17000000011'])));
    root.children.push(field('ERR', random.pick([...SQL, 'SUCCESS', 'ERR_TIMEOUT', 'E'.repeat(5_000)])));
    if (random.percent(70)) root.children = root.children.filter((child) => child.name !== 'CONTENT');
  },
  'a PROLOG': (root, random) => {
    setField(root, 'QUERY', 'PROLOG');
    if (random.percent(70)) root.children = root.children.filter((child) => child.name !== 'CONTENT');
  },
  'an OLD_DEVICEID': (root, random) => {
    const own = childOf(root, 'DEVICEID')?.text ?? '';
    const old = random.percent(10) ? own : random.percent(80) ? pooledDeviceId(random) : random.pick(SQL);
    const place = random.pick([root, content(root, random), history(root, random)]);
    place.children.push(field('OLD_DEVICEID', old));
  },
  'the serial number or board of another': (root, random) => {
    const serial = random.percent(50)
      ? random.pick(SERIALS)
      : random.pick([...SQL, ...MARKUP, ...CHARACTERS]);
    const bios = section(root, random, 'BIOS');
    setRaw(bios, random.pick(['SSN', 'ASSETTAG', 'SMODEL', 'MSN']), serial);
    if (random.percent(50)) setRaw(section(root, random, 'HARDWARE'), 'UUID', random.pick(SERIALS));
  },
  'the network card of another': (root, random) => {
    const card = section(root, random, 'NETWORKS');
    setRaw(card, 'MACADDR', random.percent(80) ? random.pick(MACS) : random.pick([...SQL, ...CHARACTERS]));
    if (random.percent(30)) setRaw(card, 'VIRTUALDEV', random.pick(NUMBERS));
    if (random.percent(30)) setRaw(card, 'DESCRIPTION', random.pick(['docker0', 'USB dock', ...SQL]));
  },
  'another host name': (root, random) => {
    const name = random.pick([...SQL, ...CHARACTERS, 'n'.repeat(300), '', `fuzz-${random.below(POOL)}`]);
    setRaw(section(root, random, 'HARDWARE'), 'NAME', name);
  },
  'another CHECKSUM': (root, random) =>
    setRaw(section(root, random, 'HARDWARE'), 'CHECKSUM', random.pick([...NUMBERS, '1', '67108863'])),
  'another LASTDATE': (root, random) =>
    setRaw(section(root, random, 'HARDWARE'), 'LASTDATE', random.pick(DATES)),
  'account fields': (root, random) => {
    const { children } = content(root, random);
    for (let i = random.below(random.percent(90) ? 4 : 400); i >= 0; i--) {
      const name = random.pick(['TAG', 'tag', `F${i}`, '__proto__', 'constructor', ...SQL]);
      const value = random.pick([...SQL, ...DATES, 'NA', '', 'v'.repeat(70_000)]);
      children.push(parent('ACCOUNTINFO', [field('KEYNAME', name), field('KEYVALUE', value)]));
    }
  },
  'a history of downloads': (root, random) => {
    const place = history(root, random);
    for (let i = random.below(random.percent(90) ? 5 : 3_000); i >= 0; i--) {
      const entry = parent('PACKAGE', []);
      const id = random.percent(50) ? String(1_700_000_000 + i) : random.pick([...NUMBERS, ...SQL]);
      entry.attributes.push(['ID', id.replaceAll('"', '&quot;').replaceAll('<', '&lt;')]);
      place.children.push(entry);
    }
  },
  'a journal': (root, random) => {
    const { children } = content(root, random);
    for (let i = random.below(random.percent(95) ? 4 : 300); i >= 0; i--) {
      const entry = parent('JOURNALLOG', []);
      setRaw(entry, 'JOURNALLOG', random.pick([...SQL, ...CHARACTERS, 'j'.repeat(5_000)]));
      setRaw(entry, 'LISTENERNAME', random.pick(SQL));
      setRaw(entry, 'DATE', random.pick(DATES));
      setRaw(entry, 'STATUS', random.pick(NUMBERS));
      setRaw(entry, 'ERRORCODE', random.pick(NUMBERS));
      children.push(entry);
    }
  },
  'neighbours on the network': (root, random) => {
    const hosts = Array.from({ length: random.below(30) }, () =>
      parent('H', [
        field('I', random.pick(['10.0.0.1', '999.999.999.999', '1.2.3', ...SQL])),
        field('M', random.pick(MACS)),
        field('N', random.pick([...SQL, '-', 'printer'])),
      ]),
    );
    content(root, random).children.push(parent('IPDISCOVER', hosts));
  },
  'values of the registry': (root, random) => {
    const rows = [field('NAME', random.pick(SQL)), field('REGVALUE', random.pick([...SQL, ...NUMBERS]))];
    content(root, random).children.push(parent('REGISTRY', rows));
  },
  'software of any kind': (root, random) => {
    for (let i = random.below(10); i >= 0; i--) {
      const row = parent('SOFTWARES', []);
      for (const name of ['NAME', 'PUBLISHER', 'VERSION', 'FOLDER', 'GUID'])
        if (random.percent(70)) setRaw(row, name, random.pick([...SQL, ...CHARACTERS, 's'.repeat(3_000)]));
      if (random.percent(70)) setRaw(row, 'INSTALLDATE', random.pick(DATES));
      if (random.percent(70)) setRaw(row, 'FILESIZE', random.pick(NUMBERS));
      content(root, random).children.push(row);
    }
  },
};

function networkInterface(random: Random): XmlElement {
  const row = parent('IFACE', []);
  for (const name of ['IP', 'MASK', 'GW', 'DHCP', 'SUBNET'])
    if (random.percent(80)) setRaw(row, name, random.pick([...SQL, ...CHARACTERS, '10.0.0.7']));
  setRaw(row, 'MAC', random.pick(MACS));
  return row;
}

function section(root: XmlElement, random: Random, name: string): XmlElement {
  const place = content(root, random);
  const found = childOf(place, name);
  if (found !== undefined) return found;
  const made = parent(name, []);
  place.children.push(made);
  return made;
}

function history(root: XmlElement, random: Random): XmlElement {
  const download = section(root, random, 'DOWNLOAD');
  const found = childOf(download, 'HISTORY');
  if (found !== undefined) return found;
  const made = parent('HISTORY', []);
  download.children.push(made);
  return made;
}

/** Sets a field to a text that is not escaped. */
function setRaw(element: XmlElement, name: string, text: string): void {
  setField(element, name, '');
  (childOf(element, name) as XmlElement).text = text;
}
