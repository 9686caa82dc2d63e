import type {
  ActivationRpc,
  PackagesForDeviceReply,
  WithdrawPackageReply,
  WithdrawPackageRequest,
} from '@entrepot/contracts';

/** Stands in for the activation program: withdraws nothing, and remembers that it was asked. */
export class RecordedWithdrawals implements ActivationRpc {
  readonly requests: WithdrawPackageRequest[] = [];
  /** What it answers; may throw. */
  reply: () => WithdrawPackageReply | Promise<WithdrawPackageReply> = RecordedWithdrawals.nothing;

  static nothing(): WithdrawPackageReply {
    return { activations: 0, withdrawn: 0, alreadyNotified: 0, notifiedDeviceIds: [] };
  }

  async withdrawPackage(request: WithdrawPackageRequest): Promise<WithdrawPackageReply> {
    this.requests.push(request);
    return this.reply();
  }

  packagesForDevice(): Promise<PackagesForDeviceReply> {
    return Promise.resolve({ packages: [] });
  }
}
