import type { Condition, Criteria } from './criteria.js';
import { isOfContact } from './device-condition.js';
import { leavesOf } from './row-test.js';

/** What has to change for another set of devices to be meant. */
export interface Dependencies {
  /** Names of sections. */
  readonly sections: ReadonlySet<string>;
  /** Columns of the device itself and account fields. */
  readonly device: boolean;
  /** Contacts, and how long ago something was: changes as time goes by. */
  readonly contact: boolean;
  /** Ids of groups. */
  readonly groups: ReadonlySet<string>;
  readonly deliveries: boolean;
}

interface Gathered {
  readonly sections: Set<string>;
  readonly groups: Set<string>;
  device: boolean;
  contact: boolean;
  deliveries: boolean;
}

/** Tells on what it depends which devices the criteria mean. */
export function dependenciesOf(criteria: Criteria): Dependencies {
  const gathered: Gathered = {
    sections: new Set(),
    groups: new Set(),
    device: false,
    contact: false,
    deliveries: false,
  };
  gather(criteria, gathered);
  return gathered;
}

function gather(criteria: Criteria, gathered: Gathered): void {
  if ('all' in criteria) for (const one of criteria.all) gather(one, gathered);
  else if ('any' in criteria) for (const one of criteria.any) gather(one, gathered);
  else if ('not' in criteria) gather(criteria.not, gathered);
  else gatherCondition(criteria, gathered);
}

function gatherCondition(condition: Condition, gathered: Gathered): void {
  if ('section' in condition) {
    gathered.sections.add(condition.section);
    if ('row' in condition ? leavesOf(condition.row).some(isOfAge) : isOfAge(condition))
      gathered.contact = true;
  } else if ('group' in condition) gathered.groups.add(condition.group);
  else if ('package' in condition) gathered.deliveries = true;
  else {
    if ('device' in condition && isOfContact(condition.device)) gathered.contact = true;
    else gathered.device = true;
    if (isOfAge(condition)) gathered.contact = true;
  }
}

function isOfAge({ operator }: { readonly operator: string }): boolean {
  return operator === 'older-than-days' || operator === 'within-days';
}
