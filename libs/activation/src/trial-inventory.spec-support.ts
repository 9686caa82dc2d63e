import type {
  DownloadPace,
  InventoryRpc,
  MembersReply,
  MembersRequest,
  PackageBreakdownReply,
  ResolveTargetsReply,
  ResolveTargetsRequest,
  TargetMessage,
} from '@entrepot/contracts';
import type { DeviceId } from '@entrepot/kernel';

const PACE: DownloadPace = {
  on: true,
  cycleLatency: 60,
  fragLatency: 10,
  periodLatency: 1,
  periodLength: 10,
  timeoutDays: 30,
};

/** Stands for inventory in specs: knows every device but those whose id begins with f, and the sets that a spec makes. */
export class TrialInventory implements InventoryRpc {
  /** Members by the id of their group or search. */
  readonly sets = new Map<string, Set<string>>();
  readonly paces = new Map<string, Partial<DownloadPace>>();
  /** Awaited when the members have been read and before they are answered. */
  whileAnswering: () => Promise<void> = () => Promise.resolve();

  resolveTargets({ deviceIds, groupIds, searchIds }: ResolveTargetsRequest): Promise<ResolveTargetsReply> {
    const known = (ids: readonly string[]): string[] => ids.filter((id) => this.sets.has(id));
    return Promise.resolve({
      devices: deviceIds.filter((deviceId) => !deviceId.startsWith('f')).map((id) => this.target(id)),
      sets: [
        ...known(groupIds).map((id) => ({ kind: 'group' as const, id, name: `group ${id}` })),
        ...known(searchIds).map((id) => ({ kind: 'search' as const, id, name: `search ${id}` })),
      ],
    });
  }

  async members({ id, after, limit }: MembersRequest): Promise<MembersReply> {
    const set = this.sets.get(id);
    const page = [...(set ?? [])]
      .sort()
      .filter((member) => member > after)
      .slice(0, limit);
    await this.whileAnswering();
    return { exists: set !== undefined, members: page.map((member) => this.target(member)) };
  }

  packageBreakdown(): Promise<PackageBreakdownReply> {
    return Promise.resolve({ rows: [] });
  }

  private target(deviceId: string): TargetMessage {
    const pace = { ...PACE, ...this.paces.get(deviceId) };
    return {
      deviceId: deviceId as DeviceId,
      name: `pc-${deviceId.slice(-4)}`,
      operatingSystem: 'linux',
      pace,
    };
  }
}
