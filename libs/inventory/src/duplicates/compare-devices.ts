import type { EntityManager } from 'typeorm';
import { commonKeys, NO_FACTS } from './find-candidates.js';
import type { IdentifiedDevice } from './identified-device.js';
import { matchDevices, type Match, type MatchRules } from './match-devices.js';

/** Compares two registered devices. */
export async function compareDevices(
  manager: EntityManager,
  rules: MatchRules,
  one: IdentifiedDevice,
  other: IdentifiedDevice,
): Promise<Match> {
  const facts = one.facts ?? NO_FACTS;
  const common = await commonKeys(manager, rules, facts, one.id);
  return matchDevices(rules, facts, other.facts ?? NO_FACTS, null, common);
}
