import type { PackageBreakdownReply, PackageBreakdownRequest } from '@entrepot/contracts';
import { Injectable } from '@nestjs/common';

/** How the devices that have a package are spread over operating systems, TAGs and groups. */
@Injectable()
export class PackageBreakdown {
  execute(request: PackageBreakdownRequest): Promise<PackageBreakdownReply> {
    return Promise.reject(new Error(`Not written yet: ${request.packageId}`));
  }
}
