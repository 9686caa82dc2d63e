import { readFileSync } from 'node:fs';

const TEMPLATE = new URL('../fixtures/load/inventory-600-softwares.xml', import.meta.url);
const SECTION = /^ {4}<(\w+)>\n([\s\S]*?)^ {4}<\/\1>$/gm;
const FIELD = /^ {6}<(\w+)>([^<]*)<\/\1>$/gm;
const SOFTWARE_PER_DEVICE = 600;
/** Software that no other device has; the rest comes from the pool. */
const OWN_SOFTWARE = 20;
const POOL_SIZE = 10_000;

const template = [...readFileSync(TEMPLATE, 'utf8').matchAll(SECTION)]
  .map(([, name, body]) => ({ name, row: rowOf(body) }))
  .filter(({ name }) => name !== 'DOWNLOAD');
const softwareTemplate = template.filter(({ name }) => name === 'SOFTWARES').map(({ row }) => row);
const otherTemplate = template.filter(({ name }) => name !== 'SOFTWARES' && name !== 'ACCOUNTINFO');

function rowOf(body) {
  const fields = [...body.matchAll(FIELD)].map(([, name, text]) => [name, unescape(text)]);
  return Object.fromEntries(fields);
}

/** The agent's id of a device. */
export function agentDeviceId(number) {
  return `${hostname(number)}-2026-01-01-00-00-00`;
}

function hostname(number) {
  return `LOAD-${String(number).padStart(6, '0')}`;
}

/**
 * What a device sends: rows by section, the same at each call.
 * @param number which device
 * @param version how often two of its software changed
 * @param run how often it has sent an inventory: uptime and duration differ at each, as with real agents
 */
export function inventoryOf(number, version, run) {
  const sections = new Map();
  for (const { name, row } of otherTemplate) {
    const rows = sections.get(name) ?? [];
    rows.push(rowOfDevice(name, row, number, rows.length));
    sections.set(name, rows);
  }
  const [hardware] = sections.get('HARDWARE');
  hardware.DESCRIPTION = `x86_64/00-00-00 00:${String(10 + (run % 50))}:${String(10 + (number % 50))}`;
  hardware.ETIME = String(5 + (run % 50));
  if (run > 0) hardware.CHECKSUM = version === 0 ? '1' : '65537';
  sections.set('SOFTWARES', softwareOf(number, version));
  return sections;
}

function rowOfDevice(section, row, number, index) {
  const own = { ...row };
  if (own.SSN !== undefined) own.SSN = `SN${number}`;
  if (own.UUID !== undefined) own.UUID = `4c4c4544-0000-2010-8044-${hex(number, 12)}`;
  if (own.SERIALNUMBER !== undefined) own.SERIALNUMBER = `${section}${number}-${index}`;
  if (own.MACADDR !== undefined) own.MACADDR = `02:00:${hex(number, 6).match(/../g).join(':')}:0${index}`;
  if (own.IPADDRESS !== undefined) own.IPADDRESS = addressOf(number, index);
  if (section === 'HARDWARE') {
    own.NAME = hostname(number);
    own.IPADDR = addressOf(number, 0);
    own.USERID = `user${number}`;
  }
  if (section === 'DRIVES') own.FREE = String(10_000 + number * 7 + index);
  return own;
}

function softwareOf(number, version) {
  const rows = [];
  // A step that has no factor in common with the pool's size never meets an entry twice.
  const step = 2 * (number % 1_000) + 7;
  for (let index = 0; index < SOFTWARE_PER_DEVICE; index++) {
    const own = index >= SOFTWARE_PER_DEVICE - OWN_SOFTWARE;
    const entry = own
      ? POOL_SIZE + number * OWN_SOFTWARE + index
      : (number * 31 + index * stepOf(step)) % POOL_SIZE;
    rows.push(softwareRow(entry));
  }
  for (let change = 0; change < version; change++) {
    for (const at of [(number + change * 2) % 500, (number + change * 2 + 1) % 500]) {
      rows[at].VERSION = `99.${change}.${rows[at].VERSION}`.slice(0, 40);
    }
  }
  return rows;
}

function stepOf(step) {
  return step % 5 === 0 ? step + 2 : step;
}

/** The same entry is the same software wherever it is installed. */
function softwareRow(entry) {
  const row = softwareTemplate[entry % softwareTemplate.length];
  return {
    ...row,
    FILESIZE: String(1_000 + entry * 13),
    FOLDER: `C:\\Program Files\\${row.NAME} ${entry}`,
    GUID: `{4c4c4544-${hex(entry, 4)}-11EE-9DEB-${hex(entry * 7_919, 12)}}`,
    NAME: `${row.NAME.replace(/ \d+$/, '')} ${entry}`,
    VERSION: `${entry % 20}.${entry % 10}.${entry}.${entry % 90}`,
  };
}

/** The document of an INVENTORY, indented as the Unix agent does. */
export function inventoryXml(number, sections) {
  const parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<REQUEST>\n  <CONTENT>\n'];
  parts.push(
    '    <ACCOUNTINFO>\n      <KEYNAME>TAG</KEYNAME>\n      <KEYVALUE>LOAD</KEYVALUE>\n    </ACCOUNTINFO>\n',
  );
  for (const [name, rows] of sections) {
    for (const row of rows) {
      parts.push(`    <${name}>\n`);
      for (const [field, value] of Object.entries(row)) {
        parts.push(`      <${field}>${escape(value)}</${field}>\n`);
      }
      parts.push(`    </${name}>\n`);
    }
  }
  parts.push('    <DOWNLOAD>\n      <HISTORY></HISTORY>\n    </DOWNLOAD>\n  </CONTENT>\n');
  parts.push(`  <DEVICEID>${agentDeviceId(number)}</DEVICEID>\n  <QUERY>INVENTORY</QUERY>\n</REQUEST>\n`);
  return parts.join('');
}

/** The document of a PROLOG. */
export function prologXml(number) {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<REQUEST>\n  <DEVICEID>${agentDeviceId(number)}</DEVICEID>\n  <QUERY>PROLOG</QUERY>\n</REQUEST>\n`;
}

function addressOf(number, index) {
  return `10.${100 + index}.${(number >> 8) & 255}.${number & 255}`;
}

function hex(number, digits) {
  return number.toString(16).padStart(digits, '0').slice(-digits);
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function unescape(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
