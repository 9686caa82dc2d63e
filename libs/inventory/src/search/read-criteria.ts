import { parseUuid } from '@entrepot/kernel';
import { SECTIONS } from '@entrepot/ocs-wire';
import type { Condition, Criteria, DeviceField, RowCriteria } from './criteria.js';
import { CriteriaReader, type Path } from './criteria-reader.js';

/** Either the criteria, or the first rule that they break and where. */
export type ReadCriteria =
  | { readonly ok: true; readonly criteria: Criteria }
  | { readonly ok: false; readonly path: Path; readonly rule: string };

const DEVICE_TEXTS: ReadonlySet<string> = new Set([
  ...['name', 'agentDeviceId', 'osName', 'userId', 'ipAddress', 'tag', 'userAgent', 'state'],
]);
const DEVICE_TIMES: ReadonlySet<string> = new Set(['lastContact', 'lastInventory', 'registered']);

/** Reads criteria from outside. Never throws, however deep or large the value is. */
export function readCriteria(value: unknown): ReadCriteria {
  const reader = new CriteriaReader();
  const criteria = reader.tree<Criteria>(value, [], readCondition);
  return reader.problem === null ? { ok: true, criteria } : { ok: false, ...reader.problem };
}

function readCondition(reader: CriteriaReader, value: Record<string, unknown>, path: Path): Condition {
  if ('section' in value) return readSection(reader, value, path);
  if ('device' in value) {
    const field = reader.text(value.device, [...path, 'device']) as DeviceField;
    const times = DEVICE_TIMES.has(field);
    if (!times && !DEVICE_TEXTS.has(field)) reader.refuse([...path, 'device'], 'must be a column of devices');
    reader.keys(value, path, ['device', 'operator', 'value']);
    return { device: field, ...(times ? reader.timeTest(value, path) : reader.test(value, path)) };
  }
  if ('accountField' in value) {
    reader.keys(value, path, ['accountField', 'operator', 'value']);
    return {
      accountField: reader.name(value.accountField, [...path, 'accountField']),
      ...reader.test(value, path),
    };
  }
  if ('group' in value) {
    reader.keys(value, path, ['group', 'operator']);
    const operator = reader.oneOf(value.operator, [...path, 'operator'], ['member', 'not-member'] as const);
    return { group: readId(reader, value.group, [...path, 'group']), operator };
  }
  if ('package' in value) return readDelivery(reader, value, path);
  reader.refuse(path, 'must have all, any, not, section, device, accountField, group or package');
  return { group: '', operator: 'member' };
}

function readSection(reader: CriteriaReader, value: Record<string, unknown>, path: Path): Condition {
  const sent = reader.name(value.section, [...path, 'section']);
  const upper = sent.toUpperCase();
  const section = SECTIONS.has(upper) ? upper : sent;
  if ('row' in value) {
    reader.keys(value, path, ['section', 'row']);
    return { section, row: reader.tree<RowCriteria>(value.row, [...path, 'row'], rowReader(section)) };
  }
  reader.keys(value, path, ['section', 'field', 'operator', 'value']);
  const field = readField(reader, section, value.field, path);
  if (value.operator === 'has-not') {
    return { section, field, operator: 'has-not', value: reader.operand(value.value, [...path, 'value']) };
  }
  return { section, field, ...reader.test(value, path) };
}

function rowReader(section: string) {
  return (reader: CriteriaReader, value: Record<string, unknown>, path: Path): RowCriteria => {
    reader.keys(value, path, ['field', 'operator', 'value']);
    return { field: readField(reader, section, value.field, path), ...reader.test(value, path) };
  };
}

/** The known fields are all in capitals; agents may name others as they like. */
function readField(reader: CriteriaReader, section: string, value: unknown, path: Path): string {
  const sent = reader.name(value, [...path, 'field']);
  const upper = sent.toUpperCase();
  const known = SECTIONS.get(section)?.fields.has(upper) ?? false;
  return known || (section === 'DRIVES' && upper === 'FREE_PERCENT') ? upper : sent;
}

function readDelivery(reader: CriteriaReader, value: Record<string, unknown>, path: Path): Condition {
  const id = readId(reader, value.package, [...path, 'package']);
  const operator = reader.oneOf(value.operator, [...path, 'operator'], ['status', 'none'] as const);
  if (operator === 'none') {
    reader.keys(value, path, ['package', 'operator']);
    return { package: id, operator };
  }
  reader.keys(value, path, ['package', 'operator', 'value']);
  return { package: id, operator, value: reader.texts(value.value, [...path, 'value']) };
}

function readId(reader: CriteriaReader, value: unknown, path: Path): string {
  const id = parseUuid(reader.text(value, path).toLowerCase());
  if (id === null) reader.refuse(path, 'must be a UUID');
  return id ?? '';
}
