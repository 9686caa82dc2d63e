import type { SectionRow } from './inventory-xml.js';

type Section = [name: string, row: SectionRow];

/** Every section but SOFTWARES of one machine; names, serial numbers and addresses differ from seed to seed. */
export function hardwareSections(seed: number, checksum: number): Section[] {
  const serial = `SN${seed.toString(16).toUpperCase().padStart(8, '0')}`;
  const [a, b, c] = [(seed >> 16) & 255, (seed >> 8) & 255, seed & 255];
  const ip = `10.${a}.${b}.${c}`;
  return [
    ['BIOS', bios(serial)],
    ...times(12, (i): Section => ['CONTROLLERS', controller(i)]),
    ['CPUS', cpu(serial)],
    ...['C', 'D', 'E'].map((letter, i): Section => ['DRIVES', drive(letter, i, serial)]),
    ['HARDWARE', hardware(seed, checksum, ip)],
    ...times(4, (i): Section => ['INPUTS', input(i)]),
    ...times(2, (i): Section => ['MEMORIES', memory(i, serial)]),
    ['MONITORS', monitor(serial)],
    ...times(2, (i): Section => ['NETWORKS', network(i, `1${i}.${a}.${b}.${c}`, [0, a, b, c])]),
    ...times(8, (i): Section => [
      'PORTS',
      { CAPTION: `USB ${i}`, DESCRIPTION: 'USB connector', NAME: `JUSB${i}`, TYPE: 'USB' },
    ]),
    ...times(4, (i): Section => [
      'PRINTERS',
      { DRIVER: 'HP Universal', NAME: `PRN-FLOOR${i}`, PORT: `10.0.9.${i}` },
    ]),
    ...times(4, (i): Section => ['SLOTS', slot(i)]),
    [
      'SOUNDS',
      { DESCRIPTION: 'Realtek(R) Audio', MANUFACTURER: 'Realtek', NAME: 'Realtek High Definition Audio' },
    ],
    ...times(2, (i): Section => ['STORAGES', storage(i, serial)]),
    [
      'VIDEOS',
      {
        CHIPSET: 'Intel(R) UHD Graphics 750',
        MEMORY: 1024,
        NAME: 'Intel(R) UHD Graphics',
        RESOLUTION: '1920 x 1080',
      },
    ],
  ];
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function bios(serial: string): SectionRow {
  return {
    ASSETTAG: `A${serial}`,
    BDATE: '03/12/2024',
    BMANUFACTURER: 'Dell Inc.',
    BVERSION: '1.20',
    SMANUFACTURER: 'Dell Inc.',
    SMODEL: 'Precision 3660',
    SSN: serial,
    TYPE: 'Desktop',
    MSN: `${serial}M`,
  };
}

function controller(i: number): SectionRow {
  return {
    CAPTION: `Controller ${i}`,
    DESCRIPTION: `PCI controller ${i}`,
    MANUFACTURER: 'Intel Corporation',
    NAME: `Intel(R) Controller ${i}`,
    PCIID: `8086:0d5${i % 10}`,
    PCISLOT: `00:0${i % 10}.0`,
    TYPE: 'rev 01',
  };
}

function cpu(serial: string): SectionRow {
  return {
    CORES: 8,
    CPUARCH: 'x86_64',
    CURRENT_SPEED: 3200,
    DATA_WIDTH: 64,
    L2CACHESIZE: 8192,
    LOGICAL_CPUS: 16,
    MANUFACTURER: 'Intel',
    NBSOCKET: 1,
    SERIALNUMBER: `CPU${serial}`,
    SPEED: 3200,
    THREADS: 16,
    TYPE: 'Intel(R) Core(TM) i7-11700 CPU @ 2.50GHz',
  };
}

function drive(letter: string, i: number, serial: string): SectionRow {
  return {
    FILESYSTEM: 'NTFS',
    FREE: 100_000 + i,
    LETTER: `${letter}:/`,
    SERIAL: `${letter}${serial}`,
    TOTAL: 476_000,
    TYPE: 'Hard Drive',
    VOLUMN: `VOL${letter}`,
  };
}

function hardware(seed: number, checksum: number, ip: string): SectionRow {
  return {
    CHECKSUM: checksum,
    DATELASTLOGGEDUSER: 'Fri Nov 20 09:12',
    DEFAULTGATEWAY: '10.0.0.1',
    DESCRIPTION: 'x86_64/00-00-00 00:17:36',
    DNS: '10.0.0.53',
    ETIME: 12,
    IPADDR: ip,
    LASTLOGGEDUSER: `user${seed}`,
    MEMORY: 16_384,
    NAME: `PC-${seed}`,
    OSCOMMENTS: 'Service pack 0',
    OSNAME: 'Microsoft Windows 11 Pro',
    OSVERSION: '10.0.22631',
    PROCESSORN: 1,
    PROCESSORS: 3200,
    PROCESSORT: 'Intel(R) Core(TM) i7-11700',
    SWAP: 2048,
    USERID: `user${seed}`,
    UUID: `4c4c4544-0000-4000-8000-${seed.toString(16).padStart(12, '0')}`,
    WINCOMPANY: 'Example',
    WINOWNER: 'Owner',
    WINPRODID: '00330-80000-00000-AA0',
    WORKGROUP: 'EXAMPLE',
  };
}

function input(i: number): SectionRow {
  return {
    CAPTION: `Input ${i}`,
    DESCRIPTION: `HID device ${i}`,
    INTERFACE: 'USB',
    MANUFACTURER: 'Logitech',
    TYPE: i % 2 === 0 ? 'Pointing' : 'Keyboard',
  };
}

function memory(i: number, serial: string): SectionRow {
  return {
    CAPACITY: 8192,
    CAPTION: `DIMM${i}`,
    DESCRIPTION: 'Physical Memory',
    NUMSLOTS: i,
    PURPOSE: 'System Memory',
    SERIALNUMBER: `MEM${serial}${i}`,
    SPEED: 3200,
    TYPE: 'DDR4',
  };
}

function monitor(serial: string): SectionRow {
  return {
    CAPTION: 'DELL U2422H',
    DESCRIPTION: '24/2022',
    MANUFACTURER: 'Dell Inc.',
    SERIAL: `MON${serial}`,
    TYPE: 'DisplayPort',
  };
}

function network(i: number, ip: string, address: readonly number[]): SectionRow {
  const mac = [2, i, ...address].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
  return {
    DESCRIPTION: `Ethernet ${i}`,
    DRIVER: 'e1000e',
    IPADDRESS: ip,
    IPGATEWAY: '10.0.0.1',
    IPMASK: '255.255.255.0',
    IPSUBNET: '10.0.0.0',
    MACADDR: mac,
    MTU: 1500,
    SPEED: '1000 Mbps',
    STATUS: 'Up',
    TYPE: 'Ethernet',
  };
}

function slot(i: number): SectionRow {
  return { DESCRIPTION: 'PCIe x16', DESIGNATION: `SLOT${i}`, NAME: `SLOT${i}`, STATUS: 'Available' };
}

function storage(i: number, serial: string): SectionRow {
  return {
    DESCRIPTION: 'SSD',
    DISKSIZE: 488_386,
    FIRMWARE: `FW1.${i}`,
    MANUFACTURER: 'Samsung',
    MODEL: 'PM9A1',
    NAME: `PHYSICALDRIVE${i}`,
    SERIALNUMBER: `DSK${serial}${i}`,
    TYPE: 'Fixed hard disk media',
  };
}
