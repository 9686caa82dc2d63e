import type { AgentDeviceId, DeviceId } from '@entrepot/kernel';
import type { Transaction } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DecideDevice } from './decide-device.js';
import { holderLimit, holdersApart, lookupKeys } from './find-candidates.js';
import { devicesOfAgents, familiesOf, type IdentifiedDevice } from './identified-device.js';
import type { IdentityFacts } from './identity-facts.js';
import { addIdentities, changeIdentities, holdersOf, type KeyHolders } from './identity-index.js';
import { lockDevices, lockIdentities } from './identity-lane.js';
import { IdentityRules } from './identity-rules.js';
import type { MatchRules } from './match-devices.js';
import { recordPairs, type FoundPair } from './record-pairs.js';

export { identityDigest, identityFacts, type IdentityFacts } from './identity-facts.js';

/** An inventory whose device has to be found. */
export interface Caller {
  readonly agentDeviceId: AgentDeviceId;
  /** What the agent says that it was before (OCS-PROTOCOL.md §3.1). */
  readonly oldDeviceId: AgentDeviceId | null;
  /** Null for an inventory without HARDWARE. */
  readonly facts: IdentityFacts | null;
  /** The id of the device if it has to be registered. */
  readonly newId: DeviceId;
  readonly at: Date;
}

/** Which device an inventory belongs to, and whether that has to be registered first. */
export interface Verdict {
  readonly deviceId: DeviceId;
  readonly register: boolean;
}

/** What a transaction has to remember from one step to the next. */
interface Session {
  readonly rules: MatchRules;
  readonly pairs: FoundPair[];
  /** Devices that are not new. */
  readonly known: Set<DeviceId>;
  /** Those of them for which it is written down already what they are recognised by. */
  readonly written: Set<DeviceId>;
}

/**
 * Finds the devices of inventories that may belong to another one than their agent's id says, and brings devices
 * together or apart as the inventories prove. Callers of one transaction share no agent's id, be it a former one, and
 * none of the keys of `lookupKeys`.
 */
@Injectable()
export class IdentifyDevices {
  private readonly sessions = new WeakMap<EntityManager, Session>();

  constructor(
    private readonly rules: IdentityRules,
    private readonly decide: DecideDevice,
  ) {}

  /** Takes the identity lane, which one transaction has at a time, until its end; call it before any other lock. */
  async lock(manager: EntityManager): Promise<void> {
    const rules = await this.rules.current();
    await lockIdentities(manager);
    this.sessions.set(manager, { rules, pairs: [], known: new Set(), written: new Set() });
  }

  /**
   * Decides for each caller, in the same order; call it after `lock`. Afterwards the transaction has the locks of all
   * devices concerned. Two callers get one device only if they are two agents of it: store them one after the other.
   */
  async execute(tx: Transaction, callers: readonly Caller[]): Promise<Verdict[]> {
    const { manager } = tx;
    const session = this.sessionOf(manager);
    const { rules } = session;
    const agents = callers.map(({ agentDeviceId }) => agentDeviceId);
    const former = callers.flatMap(({ oldDeviceId }) => oldDeviceId ?? []);
    const known = await devicesOfAgents(manager, [...agents, ...former]);
    const keys = callers.map(({ facts }) => (facts === null ? [] : lookupKeys(rules, facts)));
    const holders = await holdersOf(manager, keys.flat(), holderLimit(rules));
    const others = callers.flatMap((_, place) =>
      holdersApart(keys[place] ?? [], holders, known[place]?.id ?? null, rules),
    );
    const formerDevices = known.slice(agents.length).filter((device) => device !== null);
    const plain =
      others.length === 0 &&
      formerDevices.length === 0 &&
      known.every((device) => device === null || device.state === 'active' || device.state === 'archived');
    await this.lockAll(manager, agents, plain ? [] : [...concerned(known), ...concernedBy(holders)]);
    if (plain) {
      return callers.map(({ newId }, place) => this.asKnown(session, known[place] ?? null, newId));
    }
    const verdicts: Verdict[] = [];
    for (const caller of callers) verdicts.push(await this.decideOne(tx, session, caller));
    return verdicts;
  }

  /** Writes down what the devices are recognised by from now on; call it after their contents are written. */
  async record(
    tx: Transaction,
    devices: readonly { readonly deviceId: DeviceId; readonly facts: IdentityFacts }[],
  ): Promise<void> {
    const { known, written, pairs } = this.sessionOf(tx.manager);
    const open = devices.filter(({ deviceId }) => !written.has(deviceId));
    await addIdentities(
      tx.manager,
      open.filter(({ deviceId }) => !known.has(deviceId)),
    );
    await changeIdentities(
      tx.manager,
      open.filter(({ deviceId }) => known.has(deviceId)),
    );
    const anew = devices.map(({ deviceId }) => deviceId).filter((id) => known.has(id));
    await recordPairs(tx.manager, pairs.splice(0), anew);
  }

  private async decideOne(tx: Transaction, session: Session, caller: Caller): Promise<Verdict> {
    const decision = await this.decide.execute(tx, session.rules, caller);
    const { device, pairs } = decision;
    session.pairs.push(...pairs);
    if (device === null) return { deviceId: caller.newId, register: true };
    if (caller.facts !== null) {
      // The next caller must not be compared with what this device no longer is.
      await changeIdentities(tx.manager, [{ deviceId: device.id, facts: caller.facts }]);
      session.written.add(device.id);
    }
    session.known.add(device.id);
    return { deviceId: device.id, register: false };
  }

  private asKnown(session: Session, device: IdentifiedDevice | null, newId: DeviceId): Verdict {
    if (device === null) return { deviceId: newId, register: true };
    session.known.add(device.id);
    return { deviceId: device.id, register: false };
  }

  private async lockAll(
    manager: EntityManager,
    agents: readonly AgentDeviceId[],
    ids: readonly DeviceId[],
  ): Promise<void> {
    const family = await familiesOf(manager, ids);
    await lockDevices(manager, [...agents, ...family.map(({ agentDeviceId }) => agentDeviceId)]);
  }

  private sessionOf(manager: EntityManager): Session {
    const session = this.sessions.get(manager);
    if (session === undefined) throw new Error('Devices are identified in the identity lane only');
    return session;
  }
}

function concerned(known: readonly (IdentifiedDevice | null)[]): DeviceId[] {
  return known.flatMap((device) => device?.id ?? []);
}

function concernedBy(holders: KeyHolders): DeviceId[] {
  return [...holders.values()].flat();
}
