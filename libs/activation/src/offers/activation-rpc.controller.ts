import type {
  ActivationRpc,
  PackagesForDeviceReply,
  PackagesForDeviceRequest,
  WithdrawPackageReply,
  WithdrawPackageRequest,
} from '@entrepot/contracts';
import { Injectable } from '@nestjs/common';
import { WithdrawPackage } from '../activations/withdraw-package.js';
import { PackagesForDevice } from './packages-for-device.js';

/** What other contexts may ask of this one. */
@Injectable()
export class ActivationRpcController implements ActivationRpc {
  constructor(
    private readonly packages: PackagesForDevice,
    private readonly withdrawals: WithdrawPackage,
  ) {}

  packagesForDevice(request: PackagesForDeviceRequest): Promise<PackagesForDeviceReply> {
    return this.packages.execute(request);
  }

  withdrawPackage(request: WithdrawPackageRequest): Promise<WithdrawPackageReply> {
    return this.withdrawals.execute(request);
  }
}
