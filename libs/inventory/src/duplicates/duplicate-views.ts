import type { DeviceId } from '@entrepot/kernel';
import type { DataSource, EntityManager } from 'typeorm';
import { z } from 'zod';
import { BOTH_LANGUAGES, reasonText } from './describe-reason.js';
import type { MatchReason } from './match-devices.js';
import { MERGE_COLUMNS, type MergeRecord } from './merge-record.js';

/** A device as far as somebody needs it who compares it with another one. */
export const deviceCard = z.object({
  id: z.uuid(),
  agentDeviceId: z.string(),
  name: z.string(),
  osName: z.string(),
  ipAddress: z.string(),
  tag: z.string().nullable(),
  state: z.enum(['active', 'archived', 'deleted', 'merged']),
  registeredAt: z.iso.datetime(),
  lastInventoryAt: z.iso.datetime(),
});

/** One reason why two devices may be one machine. */
export const reasonView = z.object({
  criterion: z.enum([
    ...['hostname', 'serial', 'mac', 'uuid', 'asset-tag', 'model', 'declared', 'contradiction'],
  ] as const),
  points: z.int(),
  value: z.string(),
  text: BOTH_LANGUAGES,
});

/** Two devices that may be one machine, and what became of the question. */
export const pairView = z.object({
  id: z.uuid(),
  score: z.int(),
  reasons: z.array(reasonView),
  state: z.enum(['open', 'merged', 'dismissed']),
  older: deviceCard,
  newer: deviceCard,
  foundAt: z.iso.datetime(),
  decidedAt: z.iso.datetime().nullable(),
  /** Null also when Entrepot decided by itself. */
  decidedBy: z.string().nullable(),
});

/** A merge; it can be undone while `undoneAt` is null. */
export const mergeView = z.object({
  id: z.uuid(),
  survivor: deviceCard,
  /** The row that keeps what the survivor does not have of the two. */
  absorbed: deviceCard,
  cause: z.enum(['declared', 'detected', 'manual']),
  score: z.int(),
  reasons: z.array(reasonView),
  /** What the survivor was given. */
  moved: z.object({
    settings: z.array(z.string()),
    memberships: z.array(
      z.object({
        groupId: z.uuid(),
        origin: z.enum(['matched', 'included', 'excluded']),
        before: z.enum(['matched', 'included', 'excluded']).nullable(),
      }),
    ),
    results: z.array(z.string()),
    deliveries: z.array(z.string()),
  }),
  mergedAt: z.iso.datetime(),
  /** Null when Entrepot did it by itself. */
  mergedBy: z.string().nullable(),
  undoneAt: z.iso.datetime().nullable(),
  undoneBy: z.string().nullable(),
});

export type DeviceCard = z.output<typeof deviceCard>;
export type ReasonView = z.output<typeof reasonView>;
export type PairView = z.output<typeof pairView>;
export type MergeView = z.output<typeof mergeView>;

/** A pair as it is stored. */
export interface StoredPair {
  readonly id: string;
  readonly olderId: DeviceId;
  readonly newerId: DeviceId;
  readonly score: number;
  readonly reasons: readonly MatchReason[];
  readonly state: PairView['state'];
  readonly foundAt: Date;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
}

/** The columns of `duplicate_pair p`. */
export const PAIR_COLUMNS = `p.id, p.older_id AS "olderId", p.newer_id AS "newerId", p.score, p.reasons, p.state,
  p.found_at AS "foundAt", p.decided_at AS "decidedAt", p.decided_by AS "decidedBy"`;

/** Shows reasons with their words. */
export function toReasonViews(reasons: readonly MatchReason[]): ReasonView[] {
  return reasons.map((reason) => ({ ...reason, text: reasonText(reason) }));
}

/** Shows pairs with their devices. */
export async function toPairViews(
  on: DataSource | EntityManager,
  pairs: readonly StoredPair[],
): Promise<PairView[]> {
  const cards = await cardsOf(
    on,
    pairs.flatMap(({ olderId, newerId }) => [olderId, newerId]),
  );
  return pairs.map(({ id, score, reasons, state, olderId, newerId, foundAt, decidedAt, decidedBy }) => ({
    ...{ id, score, reasons: toReasonViews(reasons), state },
    ...{ older: cardOf(cards, olderId), newer: cardOf(cards, newerId) },
    ...{ foundAt: foundAt.toISOString(), decidedAt: decidedAt?.toISOString() ?? null, decidedBy },
  }));
}

/** Shows merges with their devices. */
export async function toMergeViews(
  on: DataSource | EntityManager,
  merges: readonly MergeRecord[],
): Promise<MergeView[]> {
  const cards = await cardsOf(
    on,
    merges.flatMap(({ survivorId, absorbedId }) => [survivorId, absorbedId]),
  );
  return merges.map((merge) => {
    const { id, survivorId, absorbedId, cause, score, reasons, mergedAt, mergedBy, undoneAt, undoneBy } =
      merge;
    const { settings, memberships, results, deliveries } = merge.moved;
    return {
      ...{ id, survivor: cardOf(cards, survivorId), absorbed: cardOf(cards, absorbedId), cause, score },
      reasons: toReasonViews(reasons),
      moved: {
        ...{ settings: [...settings], memberships: [...memberships] },
        ...{ results: [...results], deliveries: [...deliveries] },
      },
      ...{ mergedAt: mergedAt.toISOString(), mergedBy },
      ...{ undoneAt: undoneAt?.toISOString() ?? null, undoneBy },
    };
  });
}

/** Reads a merge in the form in which it is shown; null when there is none of that id. */
export async function showMerge(on: DataSource | EntityManager, id: string): Promise<MergeView | null> {
  const rows: MergeRecord[] = await on.query(`SELECT ${MERGE_COLUMNS} FROM device_merge m WHERE m.id = $1`, [
    id,
  ]);
  return (await toMergeViews(on, rows))[0] ?? null;
}

/** Reads devices as cards. */
export async function cardsOf(
  on: DataSource | EntityManager,
  ids: readonly DeviceId[],
): Promise<ReadonlyMap<DeviceId, DeviceCard>> {
  if (ids.length === 0) return new Map();
  const rows: CardRow[] = await on.query(CARDS, [[...new Set(ids)]]);
  return new Map(
    rows.map(({ registeredAt, lastInventoryAt, ...row }) => [
      row.id,
      { ...row, registeredAt: registeredAt.toISOString(), lastInventoryAt: lastInventoryAt.toISOString() },
    ]),
  );
}

interface CardRow extends Omit<DeviceCard, 'id' | 'registeredAt' | 'lastInventoryAt'> {
  readonly id: DeviceId;
  readonly registeredAt: Date;
  readonly lastInventoryAt: Date;
}

function cardOf(cards: ReadonlyMap<DeviceId, DeviceCard>, id: DeviceId): DeviceCard {
  const card = cards.get(id);
  // A pair or merge goes with its devices.
  if (card === undefined) throw new Error('A device is gone and its merges are not');
  return card;
}

const CARDS = `
  SELECT d.id, d.agent_device_id AS "agentDeviceId", d.name, d.os_name AS "osName", d.ip_address AS "ipAddress",
    d.tag, d.state, d.registered_at AS "registeredAt", c.last_inventory_at AS "lastInventoryAt"
  FROM device d JOIN device_contact c ON c.device_id = d.id WHERE d.id = ANY($1::uuid[])`;
