import { deviceRestored } from '@entrepot/contracts';
import type { AgentDeviceId, DeviceId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { returnBelongings } from './belongings.js';
import { swapContents } from './device-contents.js';
import { familiesOf, rootOf, type IdentifiedDevice } from './identified-device.js';
import { addKeys, askAnew, removeKeys } from './identity-index.js';
import { MergeDevices } from './merge-devices.js';
import { mergesOf, writeUndoing, type MergeRecord } from './merge-record.js';
import { planSplit } from './plan-split.js';

/**
 * Makes two devices of one again: each gets its agents, the newest inventory of them, and what was its own.
 *
 * Everything here is for a transaction that has the identity lane and the locks of all devices concerned.
 */
@Injectable()
export class UndoMerge {
  constructor(private readonly merging: MergeDevices) {}

  /**
   * Undoes a merge in force. Later ones of the same device are undone before it and done again after it, with whichever
   * of the two devices they were about.
   * @param by who wants it; null when the absorbed machine is still alive, so that Entrepot does it by itself
   */
  async execute(tx: Transaction, merge: MergeRecord, by: string | null, at: Date): Promise<void> {
    const family = await familiesOf(tx.manager, [merge.survivorId]);
    const all = await mergesOf(
      tx.manager,
      family.map(({ id }) => id),
    );
    const later = all.slice(all.findIndex(({ id }) => id === merge.id) + 1);
    for (const one of [...later].reverse()) await this.split(tx, one, by, at, false);
    await this.split(tx, merge, by, at, true);
    for (const one of later) await this.redo(tx, one, at);
  }

  private async redo(tx: Transaction, merge: MergeRecord, at: Date): Promise<void> {
    const family = await familiesOf(tx.manager, [merge.survivorId, merge.absorbedId]);
    const split = await splitPartners(tx, merge, family);
    const [one, other] = [merge.moved.survivorAgent, merge.moved.absorbedAgent].map((agent) =>
      holderOf(agent, split),
    );
    if (one === undefined || other === undefined || one.id === other.id) return;
    const [survivor, absorbed] = inOrder(one, other);
    await this.merging.merge(tx, survivor, absorbed, merge, at);
  }

  /** Undoes the last merge of a device. */
  private async split(
    tx: Transaction,
    merge: MergeRecord,
    by: string | null,
    at: Date,
    forGood: boolean,
  ): Promise<void> {
    const { survivorId, absorbedId, moved } = merge;
    const { manager } = tx;
    const family = await familiesOf(manager, [survivorId]);
    const byId = new Map(family.map((device) => [device.id, device]));
    const part = partOf(absorbedId, family);
    const rows = family.map((device) => ({
      ...device,
      side: part.has(device.id) ? ('absorbed' as const) : ('survivor' as const),
    }));
    await removeKeys(manager, [survivorId, absorbedId]);
    const agents = new Map(family.map(({ id, agentDeviceId }) => [id, agentDeviceId]));
    for (const [one, other] of planSplit(rows, [survivorId, absorbedId], moved.absorbedAgents)) {
      const [first, second] = [agents.get(one), agents.get(other)] as [AgentDeviceId, AgentDeviceId];
      await swapContents(manager, { id: one, agentDeviceId: first }, { id: other, agentDeviceId: second });
      agents.set(one, second).set(other, first);
    }
    await manager.query(RELEASE, [absorbedId, moved.absorbedState, at]);
    if (moved.survivorState === 'archived' && byId.get(survivorId)?.state === 'active') {
      await manager.query(RELEASE, [survivorId, 'archived', at]);
    }
    await addKeys(manager, [survivorId, absorbedId]);
    await askAnew(manager, [survivorId, absorbedId]);
    await writeUndoing(manager, merge, uuidv7(), by, at, forGood);
    const now = new Map((await familiesOf(manager, [survivorId, absorbedId])).map((row) => [row.id, row]));
    const [survivor, absorbed] = [now.get(survivorId), now.get(absorbedId)];
    if (survivor === undefined || absorbed === undefined) return;
    await returnBelongings(tx, survivor, absorbed, moved);
    const { id: deviceId, agentDeviceId, name } = absorbed;
    tx.publish(
      deviceRestored,
      {
        ...{ deviceId, agentDeviceId, name, at: at.toISOString() },
        ...{ reason: 'unmerged', mergeId: merge.id, survivorId },
      },
      deviceId,
    );
  }
}

/** Of two devices the one that was registered first, which is the one that survives, and then the other. */
export function inOrder(
  one: IdentifiedDevice,
  other: IdentifiedDevice,
): [survivor: IdentifiedDevice, absorbed: IdentifiedDevice] {
  const difference = one.registeredAt.getTime() - other.registeredAt.getTime();
  return difference < 0 || (difference === 0 && one.id < other.id) ? [one, other] : [other, one];
}

/** The devices among which those are that a merge was about, after an earlier one was undone. */
async function splitPartners(
  tx: Transaction,
  merge: MergeRecord,
  family: readonly IdentifiedDevice[],
): Promise<IdentifiedDevice[]> {
  const agents = [merge.moved.survivorAgent, merge.moved.absorbedAgent];
  const rows: { readonly id: DeviceId }[] = await tx.manager.query(
    'SELECT id FROM device WHERE lower(agent_device_id) IN (SELECT lower(a) FROM unnest($1::text[]) a)',
    [agents],
  );
  return familiesOf(tx.manager, [...family.map(({ id }) => id), ...rows.map(({ id }) => id)]);
}

function holderOf(agent: AgentDeviceId, devices: readonly IdentifiedDevice[]): IdentifiedDevice | undefined {
  const holder = devices.find(({ agentDeviceId }) => agentDeviceId === agent);
  return holder && rootOf(holder, new Map(devices.map((device) => [device.id, device])));
}

/** A device and everything that was merged into it. */
function partOf(deviceId: DeviceId, family: readonly IdentifiedDevice[]): ReadonlySet<DeviceId> {
  const part = new Set([deviceId]);
  for (let before = 0; before !== part.size;) {
    before = part.size;
    for (const { id, mergedInto } of family) if (mergedInto !== null && part.has(mergedInto)) part.add(id);
  }
  return part;
}

const RELEASE = 'UPDATE device SET state = $2, merged_into = NULL, state_changed_at = $3 WHERE id = $1';
