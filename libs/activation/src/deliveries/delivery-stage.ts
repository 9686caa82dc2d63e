import type { DeliveryState } from './delivery.js';

/**
 * How far a delivery is, as far as this server can see: what a device that was told of a package does next is known from
 * what it fetches. `downloaded` also stands for a package without fragments whose info file was fetched.
 */
export const DELIVERY_STAGES = [
  'waiting',
  'offered',
  'info-fetched',
  'downloading',
  'downloaded',
  'succeeded',
  'failed',
  'withdrawn',
  'superseded',
  'archived',
] as const;
export type DeliveryStage = (typeof DELIVERY_STAGES)[number];

/** What the stage of a delivery is read off. */
export interface StageFacts {
  readonly state: DeliveryState;
  readonly createdAt: Date;
  readonly notBefore: Date | null;
  readonly notifiedAt: Date | null;
  readonly endedAt: Date | null;
  readonly archivedAt: Date | null;
  readonly infoFetchedAt: Date | null;
  /** Fragments of the package; null when that was never told. */
  readonly fragments: number | null;
  /** Different fragments that the address which fetched the info file has fetched to their end. */
  readonly fetched: number;
  readonly firstFetchedAt: Date | null;
  readonly lastFetchedAt: Date | null;
}

/** The stage of a delivery. {@link STAGE_SQL} says the same to the database. */
export function stageOf(facts: StageFacts): DeliveryStage {
  if (facts.archivedAt !== null) return 'archived';
  if (facts.state !== 'notified') return facts.state;
  if (facts.infoFetchedAt === null) return 'offered';
  if (facts.fragments === 0) return 'downloaded';
  if (facts.fetched === 0) return 'info-fetched';
  return facts.fragments !== null && facts.fetched >= facts.fragments ? 'downloaded' : 'downloading';
}

/** Since when a delivery is in its stage. */
export function stageSince(facts: StageFacts): Date {
  const { createdAt, archivedAt, notifiedAt, endedAt, infoFetchedAt } = facts;
  switch (stageOf(facts)) {
    case 'archived':
      return archivedAt ?? createdAt;
    case 'waiting':
      return createdAt;
    case 'offered':
      return notifiedAt ?? createdAt;
    case 'info-fetched':
      return infoFetchedAt ?? createdAt;
    case 'downloading':
      return latest(infoFetchedAt, facts.firstFetchedAt) ?? createdAt;
    case 'downloaded':
      return latest(infoFetchedAt, facts.lastFetchedAt) ?? createdAt;
    default:
      return endedAt ?? createdAt;
  }
}

/**
 * What the address that fetched the info file has fetched of the package since: `first_at`, `last_at` and the number of
 * different fragments. Behind one address there may be several machines. For a delivery `d` of a package `p`.
 */
export const PROGRESS_JOIN = `
  LEFT JOIN LATERAL (
    SELECT f.first_at, f.last_at, (SELECT sum(upper(r) - lower(r))::integer FROM unnest(f.fetched) r) AS fetched
    FROM fragment_progress f
    WHERE f.file_id = p.file_id AND f.address = d.info_address AND f.last_at >= d.info_fetched_at) progress ON true`;

/** {@link stageOf} for a delivery `d` of a package `p` with {@link PROGRESS_JOIN}. */
export const STAGE_SQL = `CASE
    WHEN d.archive_id IS NOT NULL THEN 'archived'
    WHEN d.state <> 'notified' THEN d.state
    WHEN d.info_fetched_at IS NULL THEN 'offered'
    WHEN p.fragments = 0 THEN 'downloaded'
    WHEN coalesce(progress.fetched, 0) = 0 THEN 'info-fetched'
    WHEN progress.fetched >= p.fragments THEN 'downloaded'
    ELSE 'downloading' END`;

function latest(...times: readonly (Date | null)[]): Date | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : new Date(Math.max(...known.map((time) => time.getTime())));
}
