import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CompileCriteria } from '../search/compile-criteria.js';
import type { Criteria } from '../search/criteria.js';
import { shareGroups } from './group.js';
import { isStatementRefused } from './statement-refused.js';

/** Criteria that are asked for more devices than this are compiled as for all. */
export const FEW = 300;
const GROUPS_PER_STATEMENT = 50;

interface DynamicGroup {
  readonly id: string;
  readonly criteria: Criteria;
}

/**
 * Finds out which dynamic groups have to take a few devices in or let them go, with one statement for many groups: most
 * changes of devices change no membership, and an evaluation of each group would cost far more.
 */
@Injectable()
export class FindGroupsToEvaluate {
  constructor(
    private readonly database: DataSource,
    private readonly compile: CompileCriteria,
  ) {}

  /** @returns ids of the groups; also of those that somebody is changing just now, and that may be right already */
  async execute(groupIds: readonly string[], deviceIds: readonly string[]): Promise<string[]> {
    if (deviceIds.length > FEW) return [...groupIds];
    const found: string[] = [];
    for (let from = 0; from < groupIds.length; from += GROUPS_PER_STATEMENT) {
      found.push(...(await this.among(groupIds.slice(from, from + GROUPS_PER_STATEMENT), deviceIds)));
    }
    return found;
  }

  private async among(groupIds: readonly string[], deviceIds: readonly string[]): Promise<readonly string[]> {
    try {
      return await this.database.transaction((manager) => this.within(manager, groupIds, deviceIds));
    } catch (error) {
      if (isStatementRefused(error)) return groupIds;
      throw error;
    }
  }

  // What is true now is only worth something while nobody is writing down what was true before.
  private async within(
    manager: EntityManager,
    groupIds: readonly string[],
    deviceIds: readonly string[],
  ): Promise<string[]> {
    const free = await shareGroups(manager, groupIds);
    const busy = groupIds.filter((id) => !free.includes(id));
    const groups: DynamicGroup[] = await manager.query(
      `SELECT id, criteria FROM device_group WHERE id = ANY($1::uuid[]) AND kind = 'dynamic'`,
      [free],
    );
    if (groups.length === 0) return busy;
    const { text, parameters } = await this.fits(groups);
    const rows: { id: string }[] = await manager.query(differences(text), [
      groups.map(({ id }) => id),
      deviceIds,
      ...parameters,
    ]);
    return [...busy, ...rows.map(({ id }) => id)];
  }

  /** A query for each group: its devices among $2. */
  private async fits(groups: readonly DynamicGroup[]): Promise<{ text: string; parameters: unknown[] }> {
    const queries: string[] = [];
    const parameters: unknown[] = [];
    for (const [place, { criteria }] of groups.entries()) {
      const compiled = await this.compile.execute(criteria, FIRST_PARAMETER + parameters.length, 'few');
      parameters.push(...compiled.parameters);
      queries.push(
        `SELECT ($1::uuid[])[${place + 1}] AS group_id, d.id AS device_id FROM device d
         WHERE d.id = ANY($2::uuid[]) AND d.state = 'active' AND (${compiled.condition})`,
      );
    }
    return { text: queries.join(' UNION ALL '), parameters };
  }
}

const FIRST_PARAMETER = 3;

const differences = (fits: string): string => `
  SELECT DISTINCT coalesce(f.group_id, p.group_id) AS id
  FROM (${fits}) f FULL JOIN (
    SELECT group_id, device_id, origin FROM group_member
    WHERE device_id = ANY($2::uuid[]) AND group_id = ANY($1::uuid[])
  ) p ON p.group_id = f.group_id AND p.device_id = f.device_id
  WHERE p.origin IS NULL OR (f.device_id IS NULL AND p.origin = 'matched')`;
