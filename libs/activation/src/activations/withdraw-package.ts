import type { WithdrawPackageReply, WithdrawPackageRequest } from '@entrepot/contracts';
import { Injectable } from '@nestjs/common';

/** Takes back every activation of a package that is being deleted. */
@Injectable()
export class WithdrawPackage {
  execute(request: WithdrawPackageRequest): Promise<WithdrawPackageReply> {
    return Promise.reject(new Error(`Not written yet: ${request.packageId}`));
  }
}
