import type {
  InventoryRpc,
  MembersReply,
  MembersRequest,
  PackageBreakdownReply,
  PackageBreakdownRequest,
  ResolveTargetsReply,
  ResolveTargetsRequest,
} from '@entrepot/contracts';
import { Injectable } from '@nestjs/common';
import { ListTargetMembers } from './list-target-members.js';
import { PackageBreakdown } from './package-breakdown.js';
import { ResolveTargets } from './resolve-targets.js';

/** What other contexts may ask of this one. */
@Injectable()
export class InventoryRpcController implements InventoryRpc {
  constructor(
    private readonly targets: ResolveTargets,
    private readonly listMembers: ListTargetMembers,
    private readonly breakdown: PackageBreakdown,
  ) {}

  resolveTargets(request: ResolveTargetsRequest): Promise<ResolveTargetsReply> {
    return this.targets.execute(request);
  }

  members(request: MembersRequest): Promise<MembersReply> {
    return this.listMembers.execute(request);
  }

  packageBreakdown(request: PackageBreakdownRequest): Promise<PackageBreakdownReply> {
    return this.breakdown.execute(request);
  }
}
