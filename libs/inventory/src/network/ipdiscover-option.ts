import type { IpdiscoverOptions } from '@entrepot/ocs-wire';
import type { SettingValues } from '../settings/settings.registry.js';

/** Where a device calls from, and whether it was elected there. */
export interface NetworkPlace {
  readonly subnet: string | null;
  readonly elected: boolean | null;
}

/** Agents that read nothing but the subnet: up to these versions (OCS-PROTOCOL.md §2.6). */
const BARE: readonly (readonly [name: string, version: number])[] = [
  ['OCS-NG_windows_client', 4027],
  ['OCS-NG_linux_client', 13],
];

/**
 * What a device is told about looking for its neighbours, or null when it is not to: IPDISCOVER is off, its role is
 * "never", it was not elected, or its subnet is not known.
 * @param values the settings as they count for the device
 */
export function ipdiscoverOptions(
  values: SettingValues,
  { subnet, elected }: NetworkPlace,
  userAgent: string,
): IpdiscoverOptions | null {
  const { IPDISCOVER, IPDISCOVER_ROLE: role } = values;
  if (IPDISCOVER === 0 || role === 'never' || (role === 'automatic' && elected !== true)) return null;
  const asked = (role === 'forced' && values.IPDISCOVER_SUBNET) || subnet;
  if (!asked) return null;
  return {
    subnet: asked,
    latencyMs: values.IPDISCOVER_LATENCY,
    scanType: values.SCAN_TYPE_IPDISCOVER,
    arpBandwidth: values.SCAN_ARP_BANDWIDTH,
    bare: isBare(userAgent),
  };
}

function isBare(userAgent: string): boolean {
  return BARE.some(([name, version]) => {
    if (!userAgent.startsWith(`${name}_v`)) return false;
    const sent = Number(userAgent.slice(name.length + 2));
    return Number.isInteger(sent) && sent <= version;
  });
}
