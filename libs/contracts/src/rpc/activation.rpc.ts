import type { DeviceId } from '@entrepot/kernel';
import { defineRpc } from './define-rpc.js';

export interface PackagesForDeviceRequest {
  readonly deviceId: DeviceId;
  /** File ids that the agent says it has installed (OCS-PROTOCOL.md §4.6). */
  readonly history: readonly string[];
  /** What the agent has reported lately. A report reaches activation by the bus, perhaps long after the next PROLOG. */
  readonly results: readonly ReportedResult[];
  /**
   * Whether the device may be told of packages that it has not heard of: false outside its maintenance windows. What it
   * was told of stays on offer (AGENT-BEHAVIOUR.md, finding 2).
   */
  readonly mayStart: boolean;
}

/** An agent's last word on a package, other than one that asks for a retry. */
export interface ReportedResult {
  readonly fileId: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** One PACK of a PROLOG reply (OCS-PROTOCOL.md §2.5); locations without scheme, absent options empty. */
export interface OfferedPackageMessage {
  readonly fileId: string;
  readonly infoLocation: string;
  readonly packLocation: string;
  readonly force: boolean;
  readonly schedule: string;
  readonly postCommand: string;
}

export interface PackagesForDeviceReply {
  readonly packages: readonly OfferedPackageMessage[];
}

export interface WithdrawPackageRequest {
  readonly packageId: string;
  /** Who asked, for the audit trail. */
  readonly accountId: string;
  readonly accountName: string;
}

/** What withdrawing could still stop, and what it could not. */
export interface WithdrawPackageReply {
  /** Activations that were in force. */
  readonly activations: number;
  /** Deliveries that were waiting and will never be offered. */
  readonly withdrawn: number;
  /** Devices that were told already: they may have the package, or be fetching it. */
  readonly alreadyNotified: number;
  /** The first hundred of those. */
  readonly notifiedDeviceIds: readonly string[];
}

export interface ActivationRpc {
  packagesForDevice(request: PackagesForDeviceRequest): Promise<PackagesForDeviceReply>;
  withdrawPackage(request: WithdrawPackageRequest): Promise<WithdrawPackageReply>;
}

export const activationRpc = defineRpc<ActivationRpc>(
  'activation.proto',
  'entrepot.activation.v1.Activation',
  {
    packagesForDevice: 'unary',
    withdrawPackage: 'unary',
  },
);
