import { decodeCursor, encodeCursor } from '@entrepot/platform-http';
import { z } from 'zod';

/** In which order devices are listed; those that are equal follow by id. */
export const deviceOrder = z.strictObject({
  by: z.enum(['name', 'lastContact', 'lastInventory', 'tag']).default('name'),
  order: z.enum(['asc', 'desc']).default('asc'),
});

export type DeviceOrder = z.output<typeof deviceOrder>;

/** By name, as lists are when nothing is said. */
export const BY_NAME: DeviceOrder = { by: 'name', order: 'asc' };

/** The key of an order, over `device d` and `device_contact c`, as a text that sorts like it and fits into a cursor. */
export interface OrderKey {
  readonly sql: string;
  /** Type to which the cursor's text is cast. */
  readonly type: 'text' | 'timestamptz';
  readonly ofContact: boolean;
}

const KEYS: Record<DeviceOrder['by'], OrderKey> = {
  name: { sql: 'd.name', type: 'text', ofContact: false },
  tag: { sql: `coalesce(d.tag, '')`, type: 'text', ofContact: false },
  lastContact: { sql: 'c.last_contact_at', type: 'timestamptz', ofContact: true },
  lastInventory: { sql: 'c.last_inventory_at', type: 'timestamptz', ofContact: true },
};

/** The key by which an order sorts. */
export function keyOf({ by }: DeviceOrder): OrderKey {
  return KEYS[by];
}

/** Where the page before ended, and how many devices there were altogether, if that was known. */
export interface Position {
  readonly key: string;
  readonly id: string;
  readonly total: number | null;
}

// A cursor may be forged, and PostgreSQL refuses a text with NUL and a moment that is none.
const withoutNul = z.string().refine((key) => !key.includes('\0'));
const moment = z.string().regex(/^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00$/);

/** @throws AppError HTTP_CURSOR_INVALID, also when the cursor is of another order */
export function readPosition(cursor: string | undefined, order: DeviceOrder): Position | null {
  if (cursor === undefined) return null;
  const key = keyOf(order).type === 'text' ? withoutNul : moment;
  const schema = z.tuple([z.literal(nameOf(order)), key, z.uuid(), z.int().nullable()]);
  const [, last, id, total] = decodeCursor(cursor, schema);
  return { key: last, id, total };
}

export function writePosition(order: DeviceOrder, { key, id, total }: Position): string {
  return encodeCursor([nameOf(order), key, id, total]);
}

function nameOf({ by, order }: DeviceOrder): string {
  return `${by} ${order}`;
}
