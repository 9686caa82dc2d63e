import type { DeviceId } from '@entrepot/kernel';
import { defineRpc } from './define-rpc.js';

export interface ResolveTargetsRequest {
  readonly deviceIds: readonly DeviceId[];
}

export interface TargetMessage {
  readonly deviceId: DeviceId;
  readonly name: string;
}

export interface ResolveTargetsReply {
  /** The devices that exist; the unknown ones are left out. */
  readonly devices: readonly TargetMessage[];
}

export interface InventoryRpc {
  resolveTargets(request: ResolveTargetsRequest): Promise<ResolveTargetsReply>;
}

export const inventoryRpc = defineRpc<InventoryRpc>('inventory.proto', 'entrepot.inventory.v1.Inventory', {
  resolveTargets: 'unary',
});
