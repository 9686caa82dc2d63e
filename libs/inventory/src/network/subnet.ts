const OCTET = /^\d{1,3}$/;
const MAC = /^[0-9A-F]{2}(?::[0-9A-F]{2}){5}$/;

/** The shortest mask of a subnet on which agents may look for neighbours: they try one address after the other. */
const SHORTEST_PREFIX = 16;
const LONGEST_PREFIX = 30;

/** An IPv4 address as a number, or null when the text is none. */
export function parseIpv4(text: string): number | null {
  const octets = text.split('.');
  if (octets.length !== 4) return null;
  let address = 0;
  for (const octet of octets) {
    const value = Number(octet);
    if (!OCTET.test(octet) || value > 255) return null;
    address = address * 256 + value;
  }
  return address;
}

/** A number as an IPv4 address. */
export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** An IPv4 subnet: its first address, and how many bits of it are the network's. */
export interface Subnet {
  readonly address: number;
  readonly prefix: number;
}

/** The subnet of an address by its mask; null when one of them is no IPv4, or the mask has holes. */
export function subnetOf(ip: string, mask: string): Subnet | null {
  const address = parseIpv4(ip);
  const bits = parseIpv4(mask);
  if (address === null || bits === null) return null;
  const hosts = ~bits >>> 0;
  if ((hosts & (hosts + 1)) !== 0) return null;
  return { address: (address & bits) >>> 0, prefix: Math.clz32(hosts) };
}

/** Whether an address lies in a subnet. */
export function contains({ address, prefix }: Subnet, ip: string): boolean {
  const other = parseIpv4(ip);
  if (other === null) return false;
  const mask = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  return (other & mask) >>> 0 === address;
}

/** Whether agents can look for neighbours there: neither too many addresses, nor none, nor the machine itself. */
export function isScannable({ address, prefix }: Subnet): boolean {
  return prefix >= SHORTEST_PREFIX && prefix <= LONGEST_PREFIX && address >>> 24 !== 127;
}

/** A MAC in capitals with colons, or null when the text is none or means nothing. */
export function parseMac(text: string): string | null {
  const mac = text.trim().toUpperCase().replaceAll('-', ':');
  return MAC.test(mac) && mac !== '00:00:00:00:00:00' && mac !== 'FF:FF:FF:FF:FF:FF' ? mac : null;
}
