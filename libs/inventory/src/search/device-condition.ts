import type { DeviceField } from './criteria.js';
import type { Operand, Test } from './operators.js';
import type { SqlParameters } from './sql-parameters.js';
import { valueTest } from './value-test.js';

const TEXT_COLUMNS: Partial<Record<DeviceField, string>> = {
  name: 'd.name',
  agentDeviceId: 'd.agent_device_id',
  osName: 'd.os_name',
  userId: 'd.user_id',
  ipAddress: 'd.ip_address',
  tag: 'd.tag',
  state: 'd.state',
};
const DATE_ONLY = /^\d{4}-\d\d-\d\d$/;

/** Whether the column says when the device called. */
export function isOfContact(field: DeviceField): boolean {
  return field === 'lastContact' || field === 'lastInventory' || field === 'userAgent';
}

/** A question to a column of the device, as a boolean expression over `device d`. */
export function deviceCondition(field: DeviceField, test: Test, parameters: SqlParameters): string {
  const column = TEXT_COLUMNS[field];
  if (column !== undefined) return valueTest({ text: column }, test, parameters);
  switch (field) {
    case 'userAgent':
      return ofContact(valueTest({ text: 'c.user_agent' }, test, parameters));
    case 'lastContact':
      return ofContact(timeTest('c.last_contact_at', test, parameters));
    case 'lastInventory':
      return ofContact(timeTest('c.last_inventory_at', test, parameters));
    default:
      return timeTest('d.registered_at', test, parameters);
  }
}

/** A question to an account field. */
export function accountCondition(field: string, test: Test, parameters: SqlParameters): string {
  return valueTest({ text: `(d.account_fields ->> ${parameters.add(field)}::text)` }, test, parameters);
}

/** Whether the device is in a group, included by hand or because it fits. */
export function groupCondition(
  groupId: string,
  operator: 'member' | 'not-member',
  parameters: SqlParameters,
): string {
  const member = `EXISTS (SELECT FROM group_member m WHERE m.group_id = ${parameters.add(groupId)}::uuid
    AND m.device_id = d.id AND m.origin IN ('matched', 'included'))`;
  return operator === 'member' ? member : `(NOT ${member})`;
}

/** What became of a package on the device; null for the states asks that it was never given to it. */
export function deliveryCondition(
  packageId: string,
  states: readonly string[] | null,
  parameters: SqlParameters,
): string {
  const given = `SELECT FROM device_delivery y WHERE y.package_id = ${parameters.add(packageId)}::uuid AND y.device_id = d.id`;
  if (states === null) return `(NOT EXISTS (${given}))`;
  return `EXISTS (${given} AND y.state = ANY(${parameters.add(states)}::text[]))`;
}

function ofContact(test: string): string {
  return `EXISTS (SELECT FROM device_contact c WHERE c.device_id = d.id AND ${test})`;
}

/** A date without a time means the whole day, in UTC. */
function timeTest(column: string, test: Test, parameters: SqlParameters): string {
  const start = (operand: Operand): string => `${parameters.add(operand)}::timestamptz`;
  const end = (operand: Operand): string =>
    DATE_ONLY.test(String(operand)) ? `(${start(operand)} + interval '1 day')` : start(operand);
  const until = (operand: Operand): string =>
    `${column} ${DATE_ONLY.test(String(operand)) ? '<' : '<='} ${end(operand)}`;
  const after = (operand: Operand): string =>
    `${column} ${DATE_ONLY.test(String(operand)) ? '>=' : '>'} ${end(operand)}`;
  switch (test.operator) {
    case 'older-than-days':
      return `${column} < now() - make_interval(days => ${parameters.add(test.value)}::int)`;
    case 'within-days':
      return `${column} >= now() - make_interval(days => ${parameters.add(test.value)}::int)`;
    case 'less':
      return `${column} < ${start(test.value)}`;
    case 'at-least':
      return `${column} >= ${start(test.value)}`;
    case 'greater':
      return after(test.value);
    case 'at-most':
      return until(test.value);
    case 'between':
      return `(${column} >= ${start(test.value[0])} AND ${until(test.value[1])})`;
    case 'equal':
      return `(${column} >= ${start(test.value)} AND ${until(test.value)})`;
    case 'not-equal':
      return `(NOT (${column} >= ${start(test.value)} AND ${until(test.value)}))`;
    default:
      throw new Error(`${test.operator} does not go with a moment`);
  }
}
