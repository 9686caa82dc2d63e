import type { StoredRow } from '../inventories/canonical-section.js';
import { contains, formatIpv4, isScannable, parseMac, subnetOf, type Subnet } from './subnet.js';

/** One interface of a device in one IPv4 subnet. */
export interface DeviceInterface {
  readonly mac: string;
  /** `10.0.0.0`. */
  readonly subnet: string;
}

/** Where a device stands: the subnet it calls from (empty when not known), and all its physical interfaces. */
export interface DeviceNetworks {
  readonly subnet: string;
  readonly interfaces: readonly DeviceInterface[];
}

/** Interfaces of one device that are noted; more are a hypervisor's. */
const MOST_INTERFACES = 64;

const LIKELY_MASK = '255.255.255.0';

/** Works out from NETWORKS where a device stands. */
export function networksOf(rows: readonly StoredRow[], ipAddress: string): DeviceNetworks {
  const interfaces = new Map<string, DeviceInterface>();
  let calling: Subnet | null = null;
  for (const row of rows) {
    const subnet = subnetOf(textOf(row, 'IPADDRESS'), textOf(row, 'IPMASK'));
    if (subnet === null || !isScannable(subnet) || Number(row.VIRTUALDEV) === 1) continue;
    if (textOf(row, 'IPADDRESS') === ipAddress) calling = subnet;
    const mac = parseMac(textOf(row, 'MACADDR'));
    if (mac === null || interfaces.size >= MOST_INTERFACES) continue;
    const name = formatIpv4(subnet.address);
    interfaces.set(`${mac} ${name}`, { mac, subnet: name });
  }
  return {
    subnet: calling === null ? '' : formatIpv4(calling.address),
    interfaces: [...interfaces.values()],
  };
}

/** The subnet of a host that a device has found: of the device's interface that reaches it, else what is likely. */
export function subnetOfHost(rows: readonly StoredRow[], ip: string): string {
  let nearest: Subnet | null = null;
  for (const row of rows) {
    const subnet = subnetOf(textOf(row, 'IPADDRESS'), textOf(row, 'IPMASK'));
    if (subnet === null || !contains(subnet, ip)) continue;
    if (nearest === null || subnet.prefix > nearest.prefix) nearest = subnet;
  }
  return formatIpv4((nearest ?? subnetOf(ip, LIKELY_MASK))?.address ?? 0);
}

function textOf(row: StoredRow, field: string): string {
  return String(row[field] ?? '').trim();
}
