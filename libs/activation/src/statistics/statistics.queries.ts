import type { PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DeliveryState } from '../deliveries/delivery.js';
import { countsAt } from '../deliveries/delivery.queries.js';
import { PROGRESS_JOIN, STAGE_SQL, type DeliveryStage } from '../deliveries/delivery-stage.js';

/** How many deliveries are in a state and a stage with a code. */
export interface StateCount {
  readonly state: DeliveryState;
  readonly stage: DeliveryStage;
  readonly code: string | null;
  readonly count: number;
  readonly lastReportAt: Date | null;
}

/** What happened on one day, UTC. */
export interface DayCount {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly notified: number;
  readonly succeeded: number;
  readonly failed: number;
}

export interface LocationCount {
  readonly fragmentLocation: string;
  readonly state: DeliveryState;
  readonly count: number;
}

const COUNTED = `d.package_id = $1 AND d.archive_id IS NULL AND ${countsAt('$2')}`;

/** Counts of what became of a package. What counts is the latest attempt of each assignment that is due (`now`). */
@Injectable()
export class StatisticsQueries {
  /** Attempts that a merge of devices set aside are history. */
  byState(manager: EntityManager, packageId: PackageId, now: Date): Promise<StateCount[]> {
    return manager.query(
      `SELECT d.state, ${STAGE_SQL} AS stage, d.code, count(*)::integer AS count,
         max(d.reported_at) AS "lastReportAt"
       FROM delivery d
       JOIN assignment s ON s.assignment_id = d.assignment_id AND s.set_aside_by IS NULL
       JOIN package p ON p.package_id = d.package_id ${PROGRESS_JOIN}
       WHERE ${COUNTED} GROUP BY 1, 2, 3`,
      [packageId, now],
    );
  }

  byFragmentLocation(manager: EntityManager, packageId: PackageId, now: Date): Promise<LocationCount[]> {
    return manager.query(
      `SELECT a.fragment_location AS "fragmentLocation", d.state, count(*)::integer AS count
       FROM delivery d
       JOIN assignment s ON s.assignment_id = d.assignment_id AND s.set_aside_by IS NULL
       JOIN activation a ON a.activation_id = s.activation_id
       WHERE ${COUNTED} GROUP BY 1, 2 ORDER BY 1, 2`,
      [packageId, now],
    );
  }

  /** The first days on which anything happened, every attempt counted on the day it was told and the day it ended. */
  overTime(manager: EntityManager, packageId: PackageId, days: number): Promise<DayCount[]> {
    return manager.query(
      `WITH happened AS (
         SELECT notified_at AS at, 'notified' AS what FROM delivery WHERE package_id = $1 AND notified_at IS NOT NULL
         UNION ALL
         SELECT ended_at, state FROM delivery
         WHERE package_id = $1 AND state IN ('succeeded', 'failed') AND ended_at IS NOT NULL)
       SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
         count(*) FILTER (WHERE what = 'notified')::integer AS notified,
         count(*) FILTER (WHERE what = 'succeeded')::integer AS succeeded,
         count(*) FILTER (WHERE what = 'failed')::integer AS failed
       FROM happened
       WHERE at < (SELECT date_trunc('day', min(at) AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' FROM happened)
         + make_interval(days => $2)
       GROUP BY 1 ORDER BY 1`,
      [packageId, days],
    );
  }

  /** Failures whose retry is planned for later, and deliveries that were put away. */
  async aside(
    manager: EntityManager,
    packageId: PackageId,
    now: Date,
  ): Promise<{ readonly retrying: number; readonly archived: number }> {
    const [row]: { retrying: number; archived: number }[] = await manager.query(
      `SELECT count(*) FILTER (WHERE archive_id IS NULL AND state = 'waiting' AND retry > 0 AND not_before > $2)::integer
           AS retrying,
         count(*) FILTER (WHERE archive_id IS NOT NULL)::integer AS archived
       FROM delivery WHERE package_id = $1`,
      [packageId, now],
    );
    return row ?? { retrying: 0, archived: 0 };
  }
}
