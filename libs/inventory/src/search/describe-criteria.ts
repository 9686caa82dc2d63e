import type { Condition, Criteria, DeviceField, RowCriteria } from './criteria.js';
import { operatorWords, quoted, type Words } from './operator-words.js';

/** Names that criteria know by their ids; an id that has none is said itself. */
export interface Names {
  readonly groups: ReadonlyMap<string, string>;
}

const DEVICE_WORDS: Record<DeviceField, Words> = {
  name: { en: 'the name of the device', fr: 'le nom de la machine' },
  agentDeviceId: { en: 'the agent’s id', fr: 'l’identifiant de l’agent' },
  osName: { en: 'the operating system', fr: 'le système d’exploitation' },
  userId: { en: 'the user', fr: 'l’utilisateur' },
  ipAddress: { en: 'the address', fr: 'l’adresse' },
  tag: { en: 'the TAG', fr: 'le TAG' },
  userAgent: { en: 'the agent’s version', fr: 'la version de l’agent' },
  lastContact: { en: 'the last contact', fr: 'le dernier contact' },
  lastInventory: { en: 'the last inventory', fr: 'le dernier inventaire' },
  registered: { en: 'the first inventory', fr: 'le premier inventaire' },
  state: { en: 'the state', fr: 'l’état' },
};

/** Says in words, in English and French, which devices the criteria mean. */
export function describeCriteria(criteria: Criteria, names: Names): Words {
  if ('all' in criteria) {
    return joined(
      criteria.all.map((one) => describeCriteria(one, names)),
      'and',
      'et',
    );
  }
  if ('any' in criteria) {
    return joined(
      criteria.any.map((one) => describeCriteria(one, names)),
      'or',
      'ou',
    );
  }
  if ('not' in criteria) return negated(describeCriteria(criteria.not, names));
  return describeCondition(criteria, names);
}

function describeCondition(condition: Condition, names: Names): Words {
  if ('row' in condition) {
    const row = describeRow(condition.row);
    const { section } = condition;
    return {
      en: `one and the same row of ${section} has: ${row.en}`,
      fr: `une même ligne de ${section} a : ${row.fr}`,
    };
  }
  if ('section' in condition) {
    const { section, field } = condition;
    if (condition.operator === 'has-not') {
      const value = quoted(condition.value);
      return {
        en: `no ${section}.${field} contains ${value.en}`,
        fr: `aucun ${section}.${field} ne contient ${value.fr}`,
      };
    }
    const test = operatorWords(condition);
    return { en: `a ${section}.${field} ${test.en}`, fr: `un ${section}.${field} ${test.fr}` };
  }
  if ('device' in condition) return followed(DEVICE_WORDS[condition.device], operatorWords(condition));
  if ('accountField' in condition) {
    const { accountField } = condition;
    return followed(
      { en: `the account field ${accountField}`, fr: `la donnée administrative ${accountField}` },
      operatorWords(condition),
    );
  }
  return 'group' in condition ? describeGroup(condition, names) : describeDelivery(condition);
}

function describeGroup(condition: Extract<Condition, { readonly group: string }>, names: Names): Words {
  const name = quoted(names.groups.get(condition.group) ?? condition.group);
  return condition.operator === 'member'
    ? { en: `the device is in the group ${name.en}`, fr: `la machine est dans le groupe ${name.fr}` }
    : {
        en: `the device is not in the group ${name.en}`,
        fr: `la machine n’est pas dans le groupe ${name.fr}`,
      };
}

function describeDelivery(condition: Extract<Condition, { readonly package: string }>): Words {
  const { package: id } = condition;
  if (condition.operator === 'none') {
    return {
      en: `the package ${id} was never given to the device`,
      fr: `le paquet ${id} n’a jamais été affecté à la machine`,
    };
  }
  const states = condition.value.join(', ');
  return {
    en: `the delivery of the package ${id} is ${states}`,
    fr: `le déploiement du paquet ${id} est : ${states}`,
  };
}

function describeRow(row: RowCriteria): Words {
  if ('all' in row) return joined(row.all.map(describeRow), 'and', 'et');
  if ('any' in row) return joined(row.any.map(describeRow), 'or', 'ou');
  if ('not' in row) return negated(describeRow(row.not));
  return followed({ en: row.field, fr: row.field }, operatorWords(row));
}

function followed(subject: Words, predicate: Words): Words {
  return { en: `${subject.en} ${predicate.en}`, fr: `${subject.fr} ${predicate.fr}` };
}

function negated(words: Words): Words {
  return { en: `not (${words.en})`, fr: `non (${words.fr})` };
}

function joined(parts: readonly Words[], en: string, fr: string): Words {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return {
    en: `(${parts.map((part) => part.en).join(` ${en} `)})`,
    fr: `(${parts.map((part) => part.fr).join(` ${fr} `)})`,
  };
}
