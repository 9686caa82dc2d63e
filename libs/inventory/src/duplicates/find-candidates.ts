import type { AgentDeviceId, DeviceId } from '@entrepot/kernel';
import type { EntityManager } from 'typeorm';
import { devicesById, familiesOf, rootOf, type IdentifiedDevice } from './identified-device.js';
import type { IdentityFacts } from './identity-facts.js';
import { holdersOf, type KeyHolders } from './identity-index.js';
import { KEY_KINDS } from './identity-keys.js';
import { lookupKinds, matchDevices, type Match, type MatchRules } from './match-devices.js';

/** A device that may be the one in question. */
export interface Candidate {
  readonly device: IdentifiedDevice;
  readonly match: Match;
  readonly declared: boolean;
}

/** The device in question. */
export interface Question {
  readonly facts: IdentityFacts;
  /** Null for one that is not registered. */
  readonly selfId: DeviceId | null;
  /** The device that the agent says it was, and by what id. */
  readonly declared: { readonly device: IdentifiedDevice; readonly agentDeviceId: AgentDeviceId } | null;
}

/** Those of a device that never said any. */
export const NO_FACTS: IdentityFacts = {
  hostname: '',
  serial: '',
  uuid: '',
  model: '',
  assetTag: '',
  macs: [],
};

/** The keys to look a device up by. */
export function lookupKeys(rules: MatchRules, facts: IdentityFacts): string[] {
  return rules.worthless.worthyKeys(facts, lookupKinds(rules));
}

/** Other devices that have a key which says something: so many that they are candidates, not more. */
export function holdersApart(
  keys: readonly string[],
  holders: KeyHolders,
  selfId: DeviceId | null,
  rules: MatchRules,
): DeviceId[] {
  const found = keys.flatMap((key) => {
    const others = (holders.get(key) ?? []).filter((id) => id !== selfId);
    return others.length > rules.commonValue ? [] : others;
  });
  return [...new Set(found)];
}

/** How many devices to ask for: one more than may have a value of worth, and the device itself. */
export function holderLimit(rules: MatchRules): number {
  return rules.commonValue + 2;
}

/** Every device that may be the one in question, the best first; of equal ones that which was registered first. */
export async function findCandidates(
  manager: EntityManager,
  rules: MatchRules,
  { facts, selfId, declared }: Question,
): Promise<Candidate[]> {
  const keys = lookupKeys(rules, facts);
  const holders = await holdersOf(manager, keys, holderLimit(rules));
  const ids = new Set(holdersApart(keys, holders, selfId, rules));
  if (declared !== null && declared.device.id !== selfId) ids.add(declared.device.id);
  if (ids.size === 0) return [];
  const common = await commonKeys(manager, rules, facts, selfId);
  const devices = await devicesById(manager, [...ids]);
  return devices
    .map((device): Candidate => {
      const isDeclared = declared?.device.id === device.id;
      const claim = isDeclared ? (declared?.agentDeviceId ?? null) : null;
      const match = matchDevices(rules, facts, device.facts ?? NO_FACTS, claim, common);
      return { device, match, declared: isDeclared };
    })
    .filter(({ match }) => match.verdict !== 'none')
    .sort(
      (a, b) =>
        b.match.score - a.match.score ||
        a.device.registeredAt.getTime() - b.device.registeredAt.getTime() ||
        (a.device.id < b.device.id ? -1 : 1),
    );
}

/** The keys that too many other devices have, of every kind. */
export async function commonKeys(
  manager: EntityManager,
  rules: MatchRules,
  facts: IdentityFacts,
  selfId: DeviceId | null,
): Promise<ReadonlySet<string>> {
  const keys = rules.worthless.worthyKeys(facts, KEY_KINDS);
  const holders = await holdersOf(manager, keys, holderLimit(rules));
  return new Set(
    keys.filter((key) => (holders.get(key) ?? []).filter((id) => id !== selfId).length > rules.commonValue),
  );
}

/** The device that now stands for the one of an agent. */
export async function standingFor(
  manager: EntityManager,
  device: IdentifiedDevice,
): Promise<IdentifiedDevice> {
  if (device.mergedInto === null) return device;
  const family = await familiesOf(manager, [device.id]);
  return rootOf(device, new Map(family.map((member) => [member.id, member])));
}
