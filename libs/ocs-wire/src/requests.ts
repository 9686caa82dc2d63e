import type { AgentDeviceId } from '@entrepot/kernel';
import type { SentSoftware } from './sent-software.js';

/**
 * One row of a section, values as sent, fields without a value left out. Names are in capitals; a nested
 * element is named with dots (`A.B`), text beside fields is `VALUE`, a repeated field is joined with ", ".
 * The object inherits nothing.
 */
export interface SectionRow {
  readonly [field: string]: string;
}

/** "What am I to do?" (OCS-PROTOCOL.md §2.1). */
export interface PrologRequest {
  readonly query: 'PROLOG';
  readonly deviceId: AgentDeviceId;
}

/** One administrative value, `TAG` for instance (OCS-PROTOCOL.md §3.6). */
export interface AccountValue {
  readonly name: string;
  /** Empty when the agent sent none. */
  readonly value: string;
}

/** A whole inventory (OCS-PROTOCOL.md §3.1). */
export interface InventoryRequest {
  readonly query: 'INVENTORY';
  readonly deviceId: AgentDeviceId;
  /** What the machine was called before; null when absent or malformed. */
  readonly oldDeviceId: AgentDeviceId | null;
  /** The bits of the sections that changed (§3.3, mask); null when absent or not a number. */
  readonly checksum: number | null;
  /** By section name in capitals; only sections with at least one row that has a field. */
  readonly sections: ReadonlyMap<string, readonly SectionRow[]>;
  /** The rows of SOFTWARES when they are not read yet: then they are not among the sections. */
  readonly software: SentSoftware | null;
  readonly accountInfo: readonly AccountValue[];
  /** Ids of the packages that the agent says it has installed, each once, only those made of digits (§4.6). */
  readonly downloadHistory: readonly string[];
}

/** What became of a package (OCS-PROTOCOL.md §4.3). */
export interface DownloadRequest {
  readonly query: 'DOWNLOAD';
  readonly deviceId: AgentDeviceId;
  /** As sent, cut to 255 characters, empty when missing: anything is answered with 200 (§1.7). */
  readonly fileId: string;
  /** ERR as sent, `UNKNOWN_CODE` when missing, cut to 255 characters. */
  readonly result: string;
}

/** New addresses of a machine (OCS-PROTOCOL.md §2.7). */
export interface NotifyRequest {
  readonly query: 'NOTIFY';
  readonly deviceId: AgentDeviceId;
  /** `IP` is the only one known; empty when missing. */
  readonly type: string;
  /** Rows with IP, MASK, MAC, GW, DHCP, SUBNET as far as sent. */
  readonly interfaces: readonly SectionRow[];
  readonly ipAddress: string | null;
}

export type AgentRequest = PrologRequest | InventoryRequest | DownloadRequest | NotifyRequest;
