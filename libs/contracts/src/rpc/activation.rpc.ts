import type { DeviceId } from '@entrepot/kernel';
import { defineRpc } from './define-rpc.js';

export interface PackagesForDeviceRequest {
  readonly deviceId: DeviceId;
  /** File ids that the agent says it has installed (OCS-PROTOCOL.md §4.6). */
  readonly history: readonly string[];
  /** What the agent has reported lately. A report reaches activation by the bus, perhaps long after the next PROLOG. */
  readonly results: readonly ReportedResult[];
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

export interface ActivationRpc {
  packagesForDevice(request: PackagesForDeviceRequest): Promise<PackagesForDeviceReply>;
}

export const activationRpc = defineRpc<ActivationRpc>(
  'activation.proto',
  'entrepot.activation.v1.Activation',
  {
    packagesForDevice: 'unary',
  },
);
