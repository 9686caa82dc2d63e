import { deviceMerged } from '@entrepot/contracts';
import type { AgentDeviceId, DeviceId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { moveBelongings, NOTHING_MOVED, type MovedBelongings } from './belongings.js';
import { handOver, swapContents } from './device-contents.js';
import { familiesOf, type IdentifiedDevice } from './identified-device.js';
import { addKeys, removeKeys } from './identity-index.js';
import { writeMerge, type MergeGrounds, type MovedByMerge } from './merge-record.js';

/** An agent's new name for its machine, of which an inventory is being stored. */
export interface NewAgent {
  readonly agentDeviceId: AgentDeviceId;
  /** Host name in the inventory; '' when it says none. */
  readonly hostname: string;
}

/**
 * Makes two devices one. The survivor keeps its id and what people gave it, and ends with the newer inventory and the
 * agent that sent it; the absorbed one stays as a row with the other ones, so that undoing loses nothing.
 *
 * Everything here is for a transaction that has the identity lane and the locks of all devices concerned.
 */
@Injectable()
export class MergeDevices {
  /**
   * Merges two devices that stand for themselves.
   * @param newest whose inventory the survivor ends with; the one that called last unless told
   * @returns the id of the merge
   */
  async merge(
    tx: Transaction,
    survivor: IdentifiedDevice,
    absorbed: IdentifiedDevice,
    grounds: MergeGrounds,
    at: Date,
    newest?: DeviceId,
  ): Promise<string> {
    const family = await familiesOf(tx.manager, [absorbed.id]);
    const moved = {
      ...(await moveBelongings(tx, survivor, absorbed)),
      absorbedAgents: family.map(({ agentDeviceId }) => agentDeviceId),
      ...stateBefore(survivor, absorbed),
    };
    await removeKeys(tx.manager, [survivor.id, absorbed.id]);
    const last = absorbed.lastInventoryAt > survivor.lastInventoryAt ? absorbed.id : survivor.id;
    const swapped = (newest ?? last) === absorbed.id;
    if (swapped) await swapContents(tx.manager, survivor, absorbed);
    await tx.manager.query(ABSORB, [absorbed.id, survivor.id, at]);
    await revive(tx, survivor, absorbed.state, at);
    await addKeys(tx.manager, [survivor.id]);
    const [sender] = swapped ? [absorbed] : [survivor];
    return this.finish(tx, survivor.id, absorbed.id, grounds, moved, at, sender);
  }

  /**
   * Lets an agent that nobody knows yet go on with a device, which it certainly is: what the device had of its former
   * agent becomes a row of its own, and the inventory of the new one is stored over it.
   * @returns the id of the merge
   */
  async adopt(
    tx: Transaction,
    device: IdentifiedDevice,
    agent: NewAgent,
    grounds: MergeGrounds,
    at: Date,
  ): Promise<string> {
    const formerId = uuidv7() as DeviceId;
    await handOver(tx.manager, device, agent.agentDeviceId, formerId, at);
    await revive(tx, device, 'active', at);
    const moved: MovedByMerge = {
      ...NOTHING_MOVED,
      absorbedAgents: [agent.agentDeviceId],
      survivorAgent: device.agentDeviceId,
      absorbedAgent: agent.agentDeviceId,
      survivorState: device.state === 'archived' ? 'archived' : 'active',
      absorbedState: 'active',
      adopted: true,
    };
    const sender = { agentDeviceId: agent.agentDeviceId, name: agent.hostname || device.name };
    return this.finish(tx, device.id, formerId, grounds, moved, at, sender);
  }

  /** Lets a device go on with the agent of another row that is part of it, and with what that agent last sent. */
  async takeOver(tx: Transaction, device: IdentifiedDevice, part: IdentifiedDevice): Promise<void> {
    await removeKeys(tx.manager, [device.id]);
    await swapContents(tx.manager, device, part);
    await addKeys(tx.manager, [device.id]);
  }

  private async finish(
    tx: Transaction,
    survivorId: DeviceId,
    absorbedId: DeviceId,
    { cause, score, reasons, mergedBy }: MergeGrounds,
    moved: MovedByMerge,
    at: Date,
    sender: { readonly agentDeviceId: AgentDeviceId; readonly name: string },
  ): Promise<string> {
    const id = uuidv7();
    const merge = { id, survivorId, absorbedId, cause, score, reasons, moved, mergedAt: at, mergedBy };
    await writeMerge(tx.manager, merge);
    const { agentDeviceId, name } = sender;
    const event = { deviceId: survivorId, agentDeviceId, name, at: at.toISOString(), mergeId: id };
    tx.publish(deviceMerged, { ...event, absorbedId, cause }, survivorId);
    return id;
  }
}

/** A machine that calls is in service again, wherever it was put meanwhile. */
async function revive(
  tx: Transaction,
  survivor: IdentifiedDevice,
  other: IdentifiedDevice['state'],
  at: Date,
): Promise<void> {
  if (survivor.state !== 'archived' || other !== 'active') return;
  await tx.manager.query(`UPDATE device SET state = 'active', state_changed_at = $2 WHERE id = $1`, [
    survivor.id,
    at,
  ]);
}

function stateBefore(
  survivor: IdentifiedDevice,
  absorbed: IdentifiedDevice,
): Omit<MovedByMerge, keyof MovedBelongings | 'absorbedAgents'> {
  return {
    survivorAgent: survivor.agentDeviceId,
    absorbedAgent: absorbed.agentDeviceId,
    survivorState: survivor.state === 'archived' ? 'archived' : 'active',
    absorbedState: absorbed.state === 'archived' ? 'archived' : 'active',
    adopted: false,
  };
}

const ABSORB = `
  UPDATE device SET state = 'merged', merged_into = $2::uuid, state_changed_at = $3 WHERE id = $1`;
