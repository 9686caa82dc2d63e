import type { DeliveryId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** An info file that was fetched at the place that one delivery was told of. */
export interface FetchedInfo {
  readonly fileId: string;
  readonly ticket: string;
  readonly address: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

export interface FetchedFragment {
  readonly fileId: string;
  readonly fragment: number;
  readonly address: string;
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly at: string;
}

const PRUNED_AT_ONCE = 10_000;

/** What is written of how far downloads are. */
@Injectable()
export class ProgressRepository {
  /**
   * Notes who fetched the info file of a delivery first. Locks in the order of ids, as everybody does.
   * @returns the deliveries that had not fetched it before
   */
  async noteInfos(manager: EntityManager, infos: readonly FetchedInfo[]): Promise<DeliveryId[]> {
    const [rows]: [{ id: DeliveryId }[], number] = await manager.query(
      `WITH given AS (
         SELECT DISTINCT ON (ticket) * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[])
           AS given (ticket, file_id, address, at)
         ORDER BY ticket, at),
       locked AS (
         SELECT d.delivery_id, given.address, given.at FROM delivery d
         JOIN package p ON p.package_id = d.package_id
         JOIN given ON given.ticket = d.ticket AND given.file_id = p.file_id
         WHERE d.info_fetched_at IS NULL
         ORDER BY d.delivery_id FOR NO KEY UPDATE OF d)
       UPDATE delivery d SET info_fetched_at = locked.at, info_address = locked.address
       FROM locked WHERE d.delivery_id = locked.delivery_id RETURNING d.delivery_id AS id`,
      [
        infos.map((info) => info.ticket),
        infos.map((info) => info.fileId),
        infos.map((info) => info.address),
        infos.map((info) => info.at),
      ],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Forgets what the address of a delivery that begins had fetched of the package in an earlier attempt, unless another
   * machine behind that address is at it.
   */
  async forgetEarlier(manager: EntityManager, deliveryIds: readonly DeliveryId[]): Promise<void> {
    if (deliveryIds.length === 0) return;
    await manager.query(
      `DELETE FROM fragment_progress f USING delivery d, package p
       WHERE d.delivery_id = ANY ($1::uuid[]) AND p.package_id = d.package_id AND f.file_id = p.file_id
         AND f.address = d.info_address AND f.last_at < d.info_fetched_at
         AND NOT EXISTS (
           SELECT 1 FROM delivery other WHERE other.info_address = d.info_address
             AND other.package_id = d.package_id AND other.device_id <> d.device_id AND other.state = 'notified')`,
      [deliveryIds],
    );
  }

  /** Adds fragments to what an address has of a package; those that no package has are left out. */
  async addFragments(manager: EntityManager, fragments: readonly FetchedFragment[]): Promise<void> {
    await manager.query(
      `INSERT INTO fragment_progress AS f (file_id, address, fetched, bytes, first_at, last_at)
       SELECT p.file_id, given.address, range_agg(int4range(given.fragment, given.fragment + 1)),
         sum(given.bytes), min(given.at), max(given.at)
       FROM unnest($1::text[], $2::text[], $3::integer[], $4::bigint[], $5::timestamptz[])
         AS given (file_id, address, fragment, bytes, at)
       JOIN package p ON p.file_id = given.file_id AND (p.fragments IS NULL OR given.fragment <= p.fragments)
       GROUP BY p.file_id, given.address ORDER BY p.file_id, given.address
       ON CONFLICT (file_id, address) DO UPDATE SET fetched = f.fetched + excluded.fetched,
         bytes = f.bytes + excluded.bytes, first_at = least(f.first_at, excluded.first_at),
         last_at = greatest(f.last_at, excluded.last_at)`,
      [
        fragments.map(({ fileId }) => fileId),
        fragments.map(({ address }) => address),
        fragments.map(({ fragment }) => fragment),
        fragments.map(({ bytes }) => bytes),
        fragments.map(({ at }) => at),
      ],
    );
  }

  /** Forgets what nobody added to since then, some at a time. @returns whether there may be more */
  async prune(manager: EntityManager, before: Date): Promise<boolean> {
    const [, forgotten]: [unknown[], number] = await manager.query(
      `DELETE FROM fragment_progress WHERE (file_id, address) IN (
         SELECT file_id, address FROM fragment_progress WHERE last_at < $1 LIMIT ${PRUNED_AT_ONCE})`,
      [before],
    );
    return forgotten === PRUNED_AT_ONCE;
  }
}
