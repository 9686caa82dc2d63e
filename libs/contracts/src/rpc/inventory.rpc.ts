import type { DeviceId } from '@entrepot/kernel';
import { defineRpc } from './define-rpc.js';

/** Groups and saved searches stand for the devices that are in them at any time. */
export type DeviceSetKind = 'group' | 'search';

export interface ResolveTargetsRequest {
  readonly deviceIds: readonly DeviceId[];
  readonly groupIds: readonly string[];
  readonly searchIds: readonly string[];
}

/** What an agent's downloader goes by on a device (OCS-PROTOCOL.md §5.5), as its settings are in effect. */
export interface DownloadPace {
  /** Whether the device downloads at all. */
  readonly on: boolean;
  /** Seconds. */
  readonly cycleLatency: number;
  readonly fragLatency: number;
  readonly periodLatency: number;
  /** Cycles; also the highest priority that is ever served. */
  readonly periodLength: number;
  readonly timeoutDays: number;
}

export interface TargetMessage {
  readonly deviceId: DeviceId;
  readonly name: string;
  /** `windows`, `linux`, `macos`, or empty when the inventory does not tell. */
  readonly operatingSystem: string;
  readonly pace: DownloadPace;
}

export interface DeviceSetMessage {
  readonly kind: DeviceSetKind;
  readonly id: string;
  readonly name: string;
}

export interface ResolveTargetsReply {
  /** The devices that exist; the unknown ones are left out. */
  readonly devices: readonly TargetMessage[];
  /** The groups and searches that exist. */
  readonly sets: readonly DeviceSetMessage[];
}

export interface MembersRequest {
  readonly kind: DeviceSetKind;
  readonly id: string;
  /** Only members after this one in the order of ids; empty for the first page. */
  readonly after: string;
  /** Members at the most, up to 1,000. */
  readonly limit: number;
}

export interface MembersReply {
  /** Whether the group or search exists (still). */
  readonly exists: boolean;
  /** Active devices, in the order of their ids. */
  readonly members: readonly TargetMessage[];
}

export interface PackageBreakdownRequest {
  readonly packageId: string;
}

/** How many devices that have something in common are in a state with a package. */
export interface BreakdownRow {
  readonly dimension: 'operatingSystem' | 'tag' | 'group';
  readonly value: string;
  readonly state: string;
  readonly count: number;
}

export interface PackageBreakdownReply {
  readonly rows: readonly BreakdownRow[];
}

export interface InventoryRpc {
  resolveTargets(request: ResolveTargetsRequest): Promise<ResolveTargetsReply>;
  members(request: MembersRequest): Promise<MembersReply>;
  packageBreakdown(request: PackageBreakdownRequest): Promise<PackageBreakdownReply>;
}

export const inventoryRpc = defineRpc<InventoryRpc>('inventory.proto', 'entrepot.inventory.v1.Inventory', {
  resolveTargets: 'unary',
  members: 'unary',
  packageBreakdown: 'unary',
});
