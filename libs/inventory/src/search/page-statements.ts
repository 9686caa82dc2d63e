import type { EntityManager } from 'typeorm';
import { SUMMARY_COLUMNS, type SummaryRow } from '../devices/device-view.js';
import type { SqlFilter } from './device-filter.js';
import { keyOf, type DeviceOrder, type Position } from './device-order.js';

/** A device of a page with its sort key; without any, one row tells the total and has null for everything else. */
export interface PageRow extends SummaryRow {
  readonly key: string;
  readonly total: string;
}

export interface Statement {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/** One page and the number of all, by finding all of them. */
export function pageStatement(
  filter: SqlFilter,
  order: DeviceOrder,
  position: Position | null,
  limit: number,
): Statement {
  const { condition, parameters } = filter;
  const key = keyOf(order);
  const contact = key.ofContact ? 'JOIN device_contact c ON c.device_id = d.id' : '';
  const after = position === null ? 'true' : isAfter('f.key', 'f.id', filter, order, position);
  const text = `
    WITH found AS MATERIALIZED (
      SELECT d.id, ${key.sql} AS key FROM device d ${contact} WHERE ${condition}
    ), page AS (
      SELECT f.id, f.key FROM found f WHERE ${after} ${sortBy('f.key', 'f.id', order)} LIMIT ${limit}
    )
    SELECT ${SUMMARY_COLUMNS}, p.key::text AS key, t.total
    FROM (SELECT count(*) AS total FROM found) t
    LEFT JOIN (page p JOIN device d ON d.id = p.id JOIN device_contact c ON c.device_id = d.id) ON true
    ${sortBy('p.key', 'p.id', order)}`;
  return { text, parameters: parameters.values };
}

/** The first of the next so many devices, in the order of the index; by name only. */
export function walkStatement(
  filter: SqlFilter,
  order: DeviceOrder,
  position: Position | null,
  devices: number,
  limit: number,
): Statement {
  const { condition, parameters } = filter;
  const after = position === null ? 'true' : isAfter('n.name', 'n.id', filter, order, position);
  const text = `
    SELECT ${SUMMARY_COLUMNS}, d.name AS key, 0 AS total
    FROM (
      SELECT n.* FROM device n WHERE ${after} ${sortBy('n.name', 'n.id', order)} LIMIT ${devices}
    ) d JOIN device_contact c ON c.device_id = d.id
    WHERE ${condition} ${sortBy('d.name', 'd.id', order)} LIMIT ${limit}`;
  return { text, parameters: parameters.values };
}

/** How many devices pass. */
export async function countOf(manager: EntityManager, { condition, parameters }: SqlFilter): Promise<number> {
  const rows: { total: number }[] = await manager.query(
    `SELECT count(*)::int AS total FROM device d WHERE ${condition}`,
    [...parameters.values],
  );
  return rows[0]?.total ?? 0;
}

function isAfter(
  key: string,
  id: string,
  { parameters }: SqlFilter,
  order: DeviceOrder,
  position: Position,
): string {
  const operator = order.order === 'asc' ? '>' : '<';
  const { type } = keyOf(order);
  return `(${key}, ${id}) ${operator} (${parameters.add(position.key)}::${type}, ${parameters.add(position.id)}::uuid)`;
}

function sortBy(key: string, id: string, { order }: DeviceOrder): string {
  return `ORDER BY ${key} ${order}, ${id} ${order}`;
}
