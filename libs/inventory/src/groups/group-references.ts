import { AppError } from '@entrepot/kernel';
import type { EntityManager } from 'typeorm';
import { INVENTORY_ERRORS } from '../errors.js';

/** A group and those whose members its criteria ask for. */
export interface References {
  readonly id: string;
  readonly name: string;
  readonly refersTo: readonly string[];
}

/**
 * Checks what the new criteria of a group refer to; call it under `lockDefinitions`.
 * @throws AppError INVENTORY_GROUP_NOT_FOUND, INVENTORY_GROUP_CYCLE
 */
export async function checkReferences(
  manager: EntityManager,
  groupId: string,
  refersTo: readonly string[],
): Promise<void> {
  if (refersTo.length === 0) return;
  const groups: References[] = await manager.query(
    'SELECT id, name, refers_to AS "refersTo" FROM device_group',
  );
  const known = new Map(groups.map((group) => [group.id, group]));
  const unknown = refersTo.find((id) => !known.has(id));
  if (unknown !== undefined) {
    throw new AppError(
      INVENTORY_ERRORS.INVENTORY_GROUP_NOT_FOUND,
      `criteria: there is no group ${unknown}.`,
      {
        field: 'criteria',
      },
    );
  }
  const way = wayTo(groupId, refersTo, known);
  if (way === null) return;
  const names = way.map((id) => `“${known.get(id)?.name ?? id}”`).join(' → ');
  throw new AppError(
    INVENTORY_ERRORS.INVENTORY_GROUP_CYCLE,
    `criteria: the group would depend on itself: ${names}.`,
    { field: 'criteria' },
  );
}

/** A way from what a group would refer to back to the group itself; null when there is none. */
export function wayTo(
  groupId: string,
  refersTo: readonly string[],
  known: ReadonlyMap<string, Pick<References, 'refersTo'>>,
): string[] | null {
  const seen = new Set<string>();
  const ways = refersTo.map((id) => [id]);
  for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
    const last = way.at(-1) ?? '';
    if (last === groupId) return way;
    if (seen.has(last)) continue;
    seen.add(last);
    for (const next of known.get(last)?.refersTo ?? []) ways.push([...way, next]);
  }
  return null;
}
