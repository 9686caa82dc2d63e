/** The fleet of `bench:search` and `bench:growth`: every device is made from its number, and so is what is true of it. */
export const PRODUCTS = 2_000;
const VERSIONS = 5;
const COMMON = 20;
const OTHERS = 180;
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
const SYSTEMS = [
  'Microsoft Windows 11 Pro',
  'Microsoft Windows 10 Pro',
  'Microsoft Windows 11 Pro',
  'Ubuntu 24.04.1 LTS',
];
const BITLOCKER = ['On', 'Off', 'On', 'On', 'Suspended', 'On', 'On'];
const DRIVE_MB = 476_000;

/** The agent's id of a device. */
export function agentDeviceId(number) {
  return `${hostname(number)}-2026-01-01-00-00-00`;
}

/** The name of a product, the same in all of its versions. */
export function productName(product) {
  return `${WORDS[product % WORDS.length]} ${KINDS[product % KINDS.length]} ${product}`;
}

/** What searches can ask of a device. */
export function factsOf(number) {
  return {
    tag: `SITE${mix(number, 1) % 200}`,
    system: SYSTEMS[mix(number, 2) % SYSTEMS.length],
    mac: macOf(number, 0),
    free: [0, 1, 2].map((drive) => mix(number, 10 + drive) % DRIVE_MB),
    registry: [0, 1, 2].map((key) => `value ${mix(number, 20 + key) % 300}`),
    bitlocker: BITLOCKER[mix(number, 3) % BITLOCKER.length],
    software: softwareOf(number),
  };
}

/** Whether a drive of a device has less than so many percent free. */
export function hasLessFree({ free }, percent) {
  return free.some((one) => (one * 100) / DRIVE_MB < percent);
}

/** Product and major version of each software: some that all devices have, and a share of the rest. */
function softwareOf(number) {
  const software = new Map();
  for (let product = 0; product < COMMON; product++)
    software.set(product, 1 + (mix(number, 50 + product) % VERSIONS));
  const step = 2 * (mix(number, 4) % 400) + 1;
  const start = mix(number, 5);
  for (let at = 0; at < OTHERS; at++) {
    const product = COMMON + ((start + at * (step % 5 === 0 ? step + 2 : step)) % (PRODUCTS - COMMON));
    software.set(product, 1 + (mix(number, product) % VERSIONS));
  }
  return software;
}

/** The document of the inventory of a device, about 50 KB. */
export function fleetXml(number) {
  const { tag, system, free, registry, bitlocker, software } = factsOf(number);
  const serial = `SN${hex(mix(number, 6), 8).toUpperCase()}${number}`;
  const parts = [
    row('ACCOUNTINFO', { KEYNAME: 'TAG', KEYVALUE: tag }),
    row('HARDWARE', {
      ...{
        NAME: hostname(number),
        OSNAME: system,
        OSVERSION: `10.0.${22_000 + (number % 700)}`,
        WORKGROUP: 'EXAMPLE',
      },
      ...{
        MEMORY: 4_096 << (number % 4),
        PROCESSORN: 1,
        PROCESSORS: 3_200,
        PROCESSORT: 'Intel(R) Core(TM) i7-11700',
      },
      ...{
        SWAP: 2_048,
        IPADDR: addressOf(number, 0),
        USERID: `user${number}`,
        DNS: '10.0.0.53',
        CHECKSUM: 131_071,
      },
      ...{
        DEFAULTGATEWAY: '10.0.0.1',
        UUID: `4c4c4544-0000-4000-8000-${hex(number, 12)}`,
        DESCRIPTION: 'x86_64',
      },
    }),
    row('BIOS', {
      ...{
        SSN: serial,
        SMODEL: `Precision ${3_000 + (number % 50)}`,
        SMANUFACTURER: 'Dell Inc.',
        TYPE: 'Desktop',
      },
      ...{
        ASSETTAG: `A${number}`,
        BDATE: '03/12/2024',
        BMANUFACTURER: 'Dell Inc.',
        BVERSION: `1.${number % 40}`,
      },
    }),
    ...[0, 1].map((at) =>
      row('NETWORKS', {
        ...{
          DESCRIPTION: `Ethernet ${at}`,
          IPADDRESS: addressOf(number, at),
          IPGATEWAY: '10.0.0.1',
          TYPE: 'Ethernet',
        },
        ...{
          IPMASK: '255.255.255.0',
          IPSUBNET: '10.0.0.0',
          MACADDR: macOf(number, at),
          SPEED: '1000 Mbps',
          STATUS: 'Up',
        },
      }),
    ),
    ...free.map((megabytes, at) =>
      row('DRIVES', {
        ...{
          LETTER: `${'CDE'[at]}:/`,
          TYPE: 'Hard Drive',
          FILESYSTEM: 'NTFS',
          TOTAL: DRIVE_MB,
          FREE: megabytes,
        },
        ...{ VOLUMN: `VOL${at}` },
      }),
    ),
    ...registry.map((value, at) => row('REGISTRY', { NAME: `Key${at}`, REGVALUE: value })),
    row('BITLOCKER', {
      DRIVE: 'C:',
      STATUS: bitlocker,
      METHOD: `XTS-AES ${number % 2 === 0 ? 128 : 256}`,
      KEYID: serial,
    }),
    ...[0, 1].map((at) =>
      row('MEMORIES', {
        CAPACITY: 8_192,
        CAPTION: `DIMM${at}`,
        TYPE: 'DDR4',
        SERIALNUMBER: `M${at}${serial}`,
        NUMSLOTS: at,
      }),
    ),
    row('MONITORS', {
      CAPTION: 'DELL U2422H',
      MANUFACTURER: 'Dell Inc.',
      SERIAL: `MON${serial}`,
      TYPE: 'DisplayPort',
    }),
    ...[...software].map(([product, version]) => softwareXml(product, version)),
  ];
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<REQUEST>\n  <CONTENT>\n${parts.join('')}    <DOWNLOAD>\n      <HISTORY></HISTORY>\n` +
    `    </DOWNLOAD>\n  </CONTENT>\n  <DEVICEID>${agentDeviceId(number)}</DEVICEID>\n  <QUERY>INVENTORY</QUERY>\n</REQUEST>\n`
  );
}

const rows = new Map();

function softwareXml(product, version) {
  const key = product * VERSIONS + version;
  let xml = rows.get(key);
  if (xml === undefined) {
    const name = productName(product);
    xml = row('SOFTWARES', {
      ...{
        NAME: name,
        PUBLISHER: PUBLISHERS[product % PUBLISHERS.length],
        VERSION: `${version}.${product % 10}.${product}`,
      },
      ...{ FOLDER: `C:\\Program Files\\${name}`, BITSWIDTH: 64, INSTALLDATE: '2026/01/02', FROM: 'registry' },
    });
    rows.set(key, xml);
  }
  return xml;
}

function row(section, fields) {
  const lines = Object.entries(fields).map(([name, value]) => `      <${name}>${escape(value)}</${name}>\n`);
  return `    <${section}>\n${lines.join('')}    </${section}>\n`;
}

/** A number below 2^31 that looks like chance and is always the same. */
function mix(number, salt) {
  let hash = Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return (hash ^ (hash >>> 15)) >>> 1;
}

function hostname(number) {
  return `FLEET-${String(number).padStart(6, '0')}`;
}

function macOf(number, at) {
  return `06:0${at}:${hex(number, 8).match(/../g).join(':')}`;
}

function addressOf(number, at) {
  return `10.${10 * at + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
}

function hex(number, digits) {
  return number.toString(16).padStart(digits, '0').slice(-digits);
}

function escape(value) {
  return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
