import type { FileId } from '@entrepot/kernel';
import { escapeXml } from './xml-characters.js';
import { attribute, element, flag, wholeNumber } from './xml-writer.js';

/** One package as offered to one device (OCS-PROTOCOL.md §2.5, PACK). */
export interface OfferedPackage {
  readonly fileId: FileId;
  /** `host[:port]/path` without scheme; the agent asks `https://<infoLocation>/<fileId>/info`. */
  readonly infoLocation: string;
  /** The same form, for fragments; the scheme is in the info file. */
  readonly packLocation: string;
  /** Run it even though the agent has it in its history. */
  readonly force: boolean;
  /** `YYYY/MM/DD HH:MM` in the agent's local time, or empty. Windows only. */
  readonly schedule: string;
  /** `REBOOT`, `SHUTDOWN`, a command line, or empty. Windows only. */
  readonly postCommand: string;
}

/** How the agent's downloader works, and on what (OCS-PROTOCOL.md §2.5, CONF). */
export interface DownloadOptions {
  readonly on: boolean;
  /** Seconds after each cycle. */
  readonly cycleLatency: number;
  /** Seconds after each fragment or action. */
  readonly fragLatency: number;
  /** Seconds after each period. */
  readonly periodLatency: number;
  /** Cycles per period; also the highest priority that is ever served. */
  readonly periodLength: number;
  readonly timeoutDays: number;
  readonly executionTimeoutMinutes: number;
  /** Left out of the reply while `on` is false. */
  readonly packages: readonly OfferedPackage[];
}

/** What a Windows agent is asked of its registry (OCS-PROTOCOL.md §2.6); the answers come back as REGISTRY sections. */
export interface RegistryQuestion {
  /** What the answers are called. */
  readonly label: string;
  /** 0 HKCR, 1 HKCU, 2 HKLM, 3 HKU, 4 HKCC, 5 HKDD. */
  readonly tree: number;
  readonly key: string;
  /** The name of one value, or `*` for all of the key. */
  readonly value: string;
}

/** That the agent is to look for its neighbours on a subnet (OCS-PROTOCOL.md §2.6). */
export interface IpdiscoverOptions {
  readonly subnet: string;
  readonly latencyMs: number;
  readonly scanType: string;
  /** Kilobits per second. */
  readonly arpBandwidth: number;
  /** For very old agents, which read nothing but the subnet. */
  readonly bare: boolean;
}

export interface PrologReply {
  readonly prologFreqHours: number;
  readonly inventoryOnStartup: boolean;
  /** Whether the agent is to send its inventory now. */
  readonly send: boolean;
  /** Null only for the decision "STOP, no options" (OCS-PROTOCOL.md §2.3). */
  readonly download: DownloadOptions | null;
  /** Empty: the option is left out. */
  readonly registry: readonly RegistryQuestion[];
  /** What it finds comes with an inventory, so that the answer is SEND, and the connection is closed after it. */
  readonly ipdiscover: IpdiscoverOptions | null;
}

/**
 * Writes the reply to a PROLOG (OCS-PROTOCOL.md §2.4 to §2.6).
 * @throws RangeError when a number is not a whole number of 0 or more
 */
export function encodePrologReply(reply: PrologReply): string {
  const lines = [
    "<?xml version='1.0' encoding='UTF-8'?>",
    '<REPLY>',
    element('PROLOG_FREQ', wholeNumber('PROLOG_FREQ', reply.prologFreqHours)),
    element('INVENTORY_ON_STARTUP', flag(reply.inventoryOnStartup)),
    element('RESPONSE', reply.send || reply.ipdiscover !== null ? 'SEND' : 'STOP'),
  ];
  if (reply.download !== null) lines.push(...downloadOption(reply.download));
  if (reply.registry.length > 0) lines.push(...option('REGISTRY', reply.registry.map(registryQuestion)));
  if (reply.ipdiscover !== null) lines.push(...option('IPDISCOVER', [ipdiscover(reply.ipdiscover)]));
  lines.push('</REPLY>', '');
  return lines.join('\n');
}

function downloadOption(options: DownloadOptions): string[] {
  const packages = options.on ? options.packages : [];
  return option('DOWNLOAD', [configuration(options), ...packages.map(offer)]);
}

function option(name: string, parameters: readonly string[]): string[] {
  return ['<OPTION>', element('NAME', name), ...parameters, '</OPTION>'];
}

function registryQuestion({ label, tree, key, value }: RegistryQuestion): string {
  const attributes =
    attribute('REGTREE', wholeNumber('REGTREE', tree)) + attribute('REGKEY', key) + attribute('NAME', label);
  return `<PARAM${attributes}>${escapeXml(value)}</PARAM>`;
}

function ipdiscover({ subnet, latencyMs, scanType, arpBandwidth, bare }: IpdiscoverOptions): string {
  if (bare) return element('PARAM', subnet);
  const attributes =
    attribute('IPDISC_LAT', wholeNumber('IPDISC_LAT', latencyMs)) +
    attribute('SCAN_TYPE_IPDISCOVER', scanType) +
    attribute('SCAN_ARP_BANDWIDTH', wholeNumber('SCAN_ARP_BANDWIDTH', arpBandwidth));
  return `<PARAM${attributes}>${escapeXml(subnet)}</PARAM>`;
}

// Windows agents tell CONF from PACK by the attributes that are present: no attribute may be on both but TYPE.
function configuration(options: DownloadOptions): string {
  const number = (name: string, value: number): string => attribute(name, wholeNumber(name, value));
  return [
    '<PARAM',
    attribute('TYPE', 'CONF'),
    attribute('ON', flag(options.on)),
    number('CYCLE_LATENCY', options.cycleLatency),
    number('FRAG_LATENCY', options.fragLatency),
    number('PERIOD_LATENCY', options.periodLatency),
    number('PERIOD_LENGTH', options.periodLength),
    number('TIMEOUT', options.timeoutDays),
    number('EXECUTION_TIMEOUT', options.executionTimeoutMinutes),
    ' />',
  ].join('');
}

function offer(offered: OfferedPackage): string {
  return [
    '<PARAM',
    attribute('TYPE', 'PACK'),
    attribute('ID', offered.fileId),
    attribute('INFO_LOC', offered.infoLocation),
    attribute('PACK_LOC', offered.packLocation),
    attribute('CERT_PATH', 'INSTALL_PATH'),
    attribute('CERT_FILE', 'INSTALL_PATH/cacert.pem'),
    attribute('SCHEDULE', offered.schedule),
    attribute('POSTCMD', offered.postCommand),
    attribute('FORCE', flag(offered.force)),
    ' />',
  ].join('');
}
