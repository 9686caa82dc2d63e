import type { AgentDeviceId, DeviceId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { commonKeys, findCandidates, NO_FACTS, standingFor, type Candidate } from './find-candidates.js';
import { devicesById, devicesOfAgents, familiesOf, type IdentifiedDevice } from './identified-device.js';
import type { IdentityFacts } from './identity-facts.js';
import { matchDevices, type MatchRules } from './match-devices.js';
import { MergeDevices } from './merge-devices.js';
import { mergesOf, type MergeGrounds, type MergeRecord } from './merge-record.js';
import { toldApart, type FoundPair } from './record-pairs.js';
import { agentPath } from './agent-path.js';
import { bringBackDevice } from './bring-back-device.js';
import { inOrder, UndoMerge } from './undo-merge.js';

/** What is asked about an inventory. */
export interface AskedInventory {
  readonly agentDeviceId: AgentDeviceId;
  readonly oldDeviceId: AgentDeviceId | null;
  readonly facts: IdentityFacts | null;
  readonly newId: DeviceId;
  readonly at: Date;
}

/** The device that an inventory belongs to, null for a new one; and which others somebody should compare it with. */
export interface Decision {
  readonly device: IdentifiedDevice | null;
  readonly pairs: readonly FoundPair[];
}

/**
 * Decides about one inventory for which the agent's id is not the whole answer, and merges, splits or restores devices
 * accordingly. For a transaction that has the identity lane and the locks of all devices concerned.
 */
@Injectable()
export class DecideDevice {
  constructor(
    private readonly merging: MergeDevices,
    private readonly undoing: UndoMerge,
  ) {}

  async execute(tx: Transaction, rules: MatchRules, asked: AskedInventory): Promise<Decision> {
    const own = await this.ownDevice(tx, rules, asked);
    const { facts, newId, at } = asked;
    const declared = await this.declaredDevice(tx, asked);
    if (facts === null && declared === null) return { device: own, pairs: [] };
    const question = { facts: facts ?? NO_FACTS, selfId: own?.id ?? null, declared };
    const found = await findCandidates(tx.manager, rules, question);
    const apart = own === null ? NOBODY : await toldApart(tx.manager, own.id, idsOf(found));
    const candidates = found.filter(({ device }) => !apart.has(device.id));
    const best = await this.certainOne(tx, candidates);
    if (best !== null) return { device: await this.join(tx, asked, own, best), pairs: [] };
    const deviceId = own?.id ?? newId;
    return {
      device: own,
      pairs: candidates.map(({ device, match }) => ({ deviceId, otherId: device.id, match, at })),
    };
  }

  /** The device that the agent's id stands for, brought back or split off if need be. */
  private async ownDevice(
    tx: Transaction,
    rules: MatchRules,
    asked: AskedInventory,
  ): Promise<IdentifiedDevice | null> {
    const own = await this.deviceOf(tx, asked.agentDeviceId);
    if (own === null) return null;
    if (own.state === 'deleted') return bringBackDevice(tx, own, 'called', asked.at);
    return own.state === 'merged' ? this.backAgain(tx, rules, asked, own) : own;
  }

  /** An agent calls whose device was merged into another one. */
  private async backAgain(
    tx: Transaction,
    rules: MatchRules,
    asked: AskedInventory,
    own: IdentifiedDevice,
  ): Promise<IdentifiedDevice> {
    const root = await standingFor(tx.manager, own);
    const whole = root.state === 'deleted' ? await bringBackDevice(tx, root, 'called', asked.at) : root;
    const merge = await this.wrongMerge(tx, rules, asked, own, whole);
    if (merge === null) await this.merging.takeOver(tx, whole, own);
    else await this.undoing.execute(tx, merge, null, asked.at);
    const now = await this.deviceOf(tx, asked.agentDeviceId);
    if (now === null) throw new Error('An agent has lost its device');
    // Of several merged into one, another one may be the reason why it is still a part.
    return now.state === 'merged' ? this.backAgain(tx, rules, asked, now) : now;
  }

  /**
   * The merge by which a machine became part of the device that it evidently is not: the first one, on the way to the
   * agent that the device has now, behind which there is another machine. What people merged they meant.
   */
  private async wrongMerge(
    tx: Transaction,
    rules: MatchRules,
    { facts }: AskedInventory,
    own: IdentifiedDevice,
    whole: IdentifiedDevice,
  ): Promise<MergeRecord | null> {
    if (facts === null) return null;
    const family = await familiesOf(tx.manager, [whole.id]);
    const ids = family.map(({ id }) => id);
    const common = await commonKeys(tx.manager, rules, facts, whole.id);
    for (const { merge, agentDeviceId } of agentPath(
      await mergesOf(tx.manager, ids),
      own.agentDeviceId,
      whole.agentDeviceId,
    )) {
      const known = family.find((row) => row.agentDeviceId === agentDeviceId)?.facts ?? null;
      if (merge.cause === 'manual') return null;
      if (known !== null && !isSameMachine(rules, facts, known, common)) return merge;
    }
    return null;
  }

  private async declaredDevice(
    tx: Transaction,
    { agentDeviceId, oldDeviceId }: AskedInventory,
  ): Promise<{ device: IdentifiedDevice; agentDeviceId: AgentDeviceId } | null> {
    if (oldDeviceId === null || oldDeviceId.toLowerCase() === agentDeviceId.toLowerCase()) return null;
    const device = await this.deviceOf(tx, oldDeviceId);
    return device && { device: await standingFor(tx.manager, device), agentDeviceId: oldDeviceId };
  }

  /** The best of the certain candidates, unless others as good were told apart from it: then somebody has to decide. */
  private async certainOne(tx: Transaction, candidates: readonly Candidate[]): Promise<Candidate | null> {
    const certain = candidates.filter(({ match }) => match.verdict === 'certain');
    const [best, ...others] = certain;
    if (best === undefined) return null;
    const rivals = others.filter(({ match }) => match.score === best.match.score);
    const apart = await toldApart(tx.manager, best.device.id, idsOf(rivals));
    return apart.size === 0 ? best : null;
  }

  /** Brings an inventory's device together with the one that it certainly is. */
  private async join(
    tx: Transaction,
    asked: AskedInventory,
    own: IdentifiedDevice | null,
    { device, match, declared }: Candidate,
  ): Promise<IdentifiedDevice> {
    const { at, agentDeviceId, facts } = asked;
    const other = device.state === 'deleted' ? await bringBackDevice(tx, device, 'called', at) : device;
    const { score, reasons } = match;
    const grounds: MergeGrounds = {
      cause: declared ? 'declared' : 'detected',
      score,
      reasons,
      mergedBy: null,
    };
    if (own === null) {
      const agent = { agentDeviceId, hostname: facts?.hostname ?? '' };
      await this.merging.adopt(tx, other, agent, grounds, at);
      return other;
    }
    const [survivor, absorbed] = inOrder(own, other);
    await this.merging.merge(tx, survivor, absorbed, grounds, at, own.id);
    const [now] = await devicesById(tx.manager, [survivor.id]);
    return now ?? survivor;
  }

  private async deviceOf(tx: Transaction, agent: AgentDeviceId): Promise<IdentifiedDevice | null> {
    return (await devicesOfAgents(tx.manager, [agent]))[0] ?? null;
  }
}

const NOBODY: ReadonlySet<DeviceId> = new Set();

function idsOf(candidates: readonly Candidate[]): DeviceId[] {
  return candidates.map(({ device }) => device.id);
}

/** Two agents of one machine say the same of it; if they do not, two machines are alive. */
function isSameMachine(
  rules: MatchRules,
  one: IdentityFacts,
  other: IdentityFacts,
  common: ReadonlySet<string>,
): boolean {
  if (one.hostname.toLowerCase() !== other.hostname.toLowerCase()) return false;
  return matchDevices(rules, one, other, null, common).verdict === 'certain';
}
