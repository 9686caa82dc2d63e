import type { ActivationRpc, PackagesForDeviceReply, PackagesForDeviceRequest } from '@entrepot/contracts';
import { Injectable } from '@nestjs/common';
import { PackagesForDevice } from './packages-for-device.js';

/** What other contexts may ask of this one. */
@Injectable()
export class ActivationRpcController implements ActivationRpc {
  constructor(private readonly packages: PackagesForDevice) {}

  packagesForDevice(request: PackagesForDeviceRequest): Promise<PackagesForDeviceReply> {
    return this.packages.execute(request);
  }
}
