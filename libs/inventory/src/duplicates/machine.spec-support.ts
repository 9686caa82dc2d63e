import { escapeXml } from '@entrepot/testing';

/** A machine as its agent describes it; what is left out is what `machine` makes of the name. */
export interface Machine {
  readonly name: string;
  readonly agent: string;
  readonly serial: string;
  readonly uuid: string;
  readonly model: string;
  readonly assetTag: string;
  /** Address and description of each adapter. */
  readonly adapters: readonly (readonly [mac: string, description: string])[];
  readonly software: readonly string[];
  readonly oldDeviceId: string | null;
  readonly tag: string;
}

/** A machine whose values are its own: they come from the number. */
export function machine(number: number, changes: Partial<Machine> = {}): Machine {
  const digits = String(number).padStart(6, '0');
  const name = changes.name ?? `WS-${digits}`;
  const pairs = digits.match(/\d\d/g)?.join(':') ?? '';
  return {
    name,
    agent: `${name}-2026-01-01-00-00-00`,
    serial: `5CD${digits}X`,
    uuid: `4c4c4544-0042-4a10-8052-b4c04f${digits}`,
    model: 'EliteBook 840',
    assetTag: `FR-${digits}`,
    adapters: [[`A4:BB:6D:${pairs}`, 'Intel(R) Ethernet Connection I219-LM']],
    software: ['Firefox', `Tool ${digits}`],
    oldDeviceId: null,
    tag: 'NA',
    ...changes,
  };
}

/** The inventory that a machine's agent sends. */
export function inventoryOf(sent: Machine): string {
  const rows: [string, Record<string, string>][] = [
    ['ACCOUNTINFO', { KEYNAME: 'TAG', KEYVALUE: sent.tag }],
    [
      'HARDWARE',
      { NAME: sent.name, UUID: sent.uuid, OSNAME: 'Windows 11', CHECKSUM: '262143', USERID: 'ada' },
    ],
    ['BIOS', { SSN: sent.serial, SMODEL: sent.model, ASSETTAG: sent.assetTag, SMANUFACTURER: 'HP' }],
    ...sent.adapters.map(([MACADDR, DESCRIPTION]): [string, Record<string, string>] => [
      'NETWORKS',
      { MACADDR, DESCRIPTION, IPADDRESS: '10.0.0.7' },
    ]),
    ...sent.software.map((NAME): [string, Record<string, string>] => [
      'SOFTWARES',
      { NAME, PUBLISHER: 'Someone', VERSION: '1.0', FOLDER: `C:\\${NAME}` },
    ]),
  ];
  const written = rows.map(([section, row]) => {
    const fields = Object.entries(row).map(([field, value]) => `<${field}>${escapeXml(value)}</${field}>`);
    return `<${section}>${fields.join('')}</${section}>`;
  });
  const old = sent.oldDeviceId === null ? '' : `<OLD_DEVICEID>${escapeXml(sent.oldDeviceId)}</OLD_DEVICEID>`;
  return `${old}${written.join('')}`;
}
