import type { StoredRow } from '../inventories/canonical-section.js';

/**
 * The address of a network adapter by which its machine can be recognised, in capitals with colons; null for rows of
 * NETWORKS without one: virtual adapters, whose addresses many machines share, and those of docks and USB, which go
 * from machine to machine. The real adapters of virtual machines count.
 */
export function usableMac(row: StoredRow): string | null {
  const mac = textOf(row, 'MACADDR').toUpperCase().replaceAll('-', ':');
  if (!MAC.test(mac) || isGroupAddress(mac) || VIRTUAL_PREFIXES.some((prefix) => mac.startsWith(prefix))) {
    return null;
  }
  if (textOf(row, 'VIRTUALDEV') === '1') return null;
  const types = `${textOf(row, 'TYPE')} ${textOf(row, 'TYPEMIB')}`;
  const description = textOf(row, 'DESCRIPTION');
  if (
    VIRTUAL_TYPES.test(types) ||
    VIRTUAL_NAMES.test(description) ||
    VIRTUAL_DESCRIPTIONS.test(description)
  ) {
    return null;
  }
  return REMOVABLE.test(description) ? null : mac;
}

const MAC = /^(?:[0-9A-F]{2}:){5}[0-9A-F]{2}$/;

/** Addresses that software gives to what it makes up; each is the same, or nearly so, on many machines. */
const VIRTUAL_PREFIXES = [
  '00:00:00:00:00:',
  '00:05:9A:3C:', // Cisco VPN
  '00:09:0F:AA:', // Fortinet
  '00:09:0F:FE:', // Fortinet
  '00:1C:42:00:00:', // Parallels, on the host
  '00:50:56:C0:', // VMware, on the host
  '00:53:45:', // Windows dial-up
  '00:FF:', // TAP-Windows
  '02:05:85:7F:', // Juniper
  '02:42:', // Docker
  '02:50:41:00:00:', // GlobalProtect
  '0A:00:27:', // VirtualBox, on the host
  '20:41:53:59:4E:', // Windows dial-up
  '44:45:53:54:', // Windows dial-up
  '50:50:54:50:', // WAN miniport
  '7A:79:', // Hamachi
];

const VIRTUAL_TYPES = /loopback|bridge|tunnel|\bppp\b|dial-?up|encapsulation/i;

/** Names of Unix interfaces. */
const VIRTUAL_NAMES =
  /^(?:lo\d*|docker|veth|vmnet|vboxnet|virbr|vnet|br-|br\d|lxc|lxd|cni|cali|flannel|cilium|podman|kube|tun|tap|utun|ipsec|wg|ppp|gre|sit|ip6tnl|dummy|ifb|zt|tailscale|nordlynx|awdl|llw|bridge|ap\d)/i;

const VIRTUAL_DESCRIPTIONS = new RegExp(
  [
    'virtual (?:ethernet|network|adapter|miniport|port|nic|switch|private)',
    'vethernet|vmnet|host-only|wi-?fi direct',
    '\\bvpn\\b|openvpn|wireguard|wintun|anyconnect|globalprotect|pangp|forti(?:client|net|ssl)|zerotier|hamachi|tailscale',
    '\\btap\\b|tap-|\\btun\\b|tunnel|teredo|isatap|6to4',
    'wan miniport|miniport \\(|\\bppp\\b|dial-?up|loopback|\\bbridge\\b|multiplexor',
  ].join('|'),
  'i',
);

/** What is plugged in, today here and tomorrow there; Linux names such interfaces by their address. */
const REMOVABLE =
  /\bdock(?:ing)?\b|thunderbolt|\busb|displaylink|\brndis\b|remote ndis|surface ethernet|\bax88\d|\brtl815\d|^enx[0-9a-f]{12}$/i;

/** Whether the lowest bit of the first byte is set: no adapter has such an address of its own. */
function isGroupAddress(mac: string): boolean {
  return (parseInt(mac.slice(0, 2), 16) & 1) === 1;
}

function textOf(row: StoredRow, field: string): string {
  return String(row[field] ?? '').trim();
}
