import type { ModuleParts } from '@entrepot/platform-database';
import { InventoryRpcController } from './inventory-rpc.controller.js';
import { ListTargetMembers } from './list-target-members.js';
import { PackageBreakdown } from './package-breakdown.js';
import { ResolveTargets } from './resolve-targets.js';
import { TargetRows } from './target-rows.js';

/** What other contexts ask about devices that packages are for. */
export const targetsParts: ModuleParts = {
  controllers: [],
  providers: [InventoryRpcController, ResolveTargets, ListTargetMembers, PackageBreakdown, TargetRows],
};
