import {
  inventoryRpc,
  type DeviceSetMessage,
  type InventoryRpc,
  type TargetMessage,
} from '@entrepot/contracts';
import { AppError, type ErrorDefinition } from '@entrepot/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { ERRORS } from '../errors.js';
import type { AssignPackageInput } from './assignment.schemas.js';

const UNKNOWN_NAMED_MAX = 20;
const MEMBERS_LOOKED_AT = 1_000;

/** Whom something is assigned to. */
export interface AssignmentTargets {
  readonly devices: readonly TargetMessage[];
  readonly sets: readonly DeviceSetMessage[];
  /** The devices, and some of those that are in the groups and searches now; each once. */
  readonly sample: readonly TargetMessage[];
}

/** Asks inventory for the targets of an assignment. */
@Injectable()
export class ResolveAssignmentTargets {
  constructor(@Inject(inventoryRpc.token) private readonly inventory: InventoryRpc) {}

  /** @throws AppError ACTIVATION_DEVICE_UNKNOWN, ACTIVATION_TARGET_UNKNOWN naming what inventory does not know */
  async execute(
    input: Pick<AssignPackageInput, 'deviceIds' | 'groupIds' | 'searchIds'>,
  ): Promise<AssignmentTargets> {
    const deviceIds = [...new Set(input.deviceIds)];
    const groupIds = [...new Set(input.groupIds)];
    const searchIds = [...new Set(input.searchIds)];
    const { devices, sets } = await this.inventory.resolveTargets({ deviceIds, groupIds, searchIds });
    const known = devices.map((device) => device.deviceId);
    refuseUnknown(ERRORS.ACTIVATION_DEVICE_UNKNOWN, 'deviceIds', deviceIds, known);
    const idsOf = (kind: DeviceSetMessage['kind']): string[] =>
      sets.filter((set) => set.kind === kind).map((set) => set.id);
    refuseUnknown(ERRORS.ACTIVATION_TARGET_UNKNOWN, 'groupIds', groupIds, idsOf('group'));
    refuseUnknown(ERRORS.ACTIVATION_TARGET_UNKNOWN, 'searchIds', searchIds, idsOf('search'));
    return { devices, sets, sample: await this.sample(devices, sets) };
  }

  private async sample(
    devices: readonly TargetMessage[],
    sets: readonly DeviceSetMessage[],
  ): Promise<TargetMessage[]> {
    const sample = new Map(devices.map((device) => [device.deviceId, device]));
    for (const { kind, id } of sets) {
      const { members } = await this.inventory.members({ kind, id, after: '', limit: MEMBERS_LOOKED_AT });
      for (const member of members) sample.set(member.deviceId, member);
    }
    return [...sample.values()];
  }
}

function refuseUnknown(
  definition: ErrorDefinition,
  field: string,
  asked: readonly string[],
  answered: readonly string[],
): void {
  const known = new Set(answered);
  const unknown = asked.filter((id) => !known.has(id));
  if (unknown.length === 0) return;
  const named = unknown.slice(0, UNKNOWN_NAMED_MAX);
  const more = unknown.length > named.length ? ` and ${unknown.length - named.length} more` : '';
  throw new AppError(
    definition,
    `Nothing was assigned: inventory does not know ${named.join(', ')}${more}.`,
    { field, unknown: named },
  );
}
