import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Criteria } from '../search/criteria.js';
import { dependenciesOf, type Dependencies } from '../search/dependencies.js';

/** A change made by another process is seen after this time at the latest. */
const FRESH_MS = 1_000;

/** A dynamic group, and what has to change for other devices to be its members. */
export interface GroupDefinition {
  readonly id: string;
  readonly dependsOn: Dependencies;
}

interface Known extends GroupDefinition {
  /** As PostgreSQL writes it: finer than a Date. */
  readonly changedAt: string;
}

/**
 * The dynamic groups, as of at most a second ago: each inventory asks for them. What the copy of another process misses of
 * a definition in that second is made up for by `KeepGroupsCurrent`.
 */
@Injectable()
export class GroupDefinitions {
  private copy: { readonly groups: readonly Known[]; readonly staleAt: number } | null = null;
  private loading: Promise<readonly GroupDefinition[]> | null = null;
  private generation = 0;

  constructor(private readonly database: DataSource) {}

  /** All dynamic groups. */
  async current(): Promise<readonly GroupDefinition[]> {
    if (this.copy !== null && performance.now() < this.copy.staleAt) return this.copy.groups;
    if (this.loading === null) {
      const loading = this.refresh(this.generation).finally(() => {
        if (this.loading === loading) this.loading = null;
      });
      this.loading = loading;
    }
    return this.loading;
  }

  /** Makes the next reader of this process ask the database; call it after a commit and before the evaluation. */
  forget(): void {
    this.generation += 1;
    this.copy = this.copy && { ...this.copy, staleAt: 0 };
    this.loading = null;
  }

  private async refresh(generation: number): Promise<readonly GroupDefinition[]> {
    const known = new Map(this.copy?.groups.map((group) => [group.id, group]));
    const rows: { id: string; changedAt: string }[] = await this.database.query(
      `SELECT id, definition_changed_at::text AS "changedAt" FROM device_group WHERE kind = 'dynamic' ORDER BY id`,
    );
    const kept = rows.flatMap(({ id, changedAt }) => {
      const group = known.get(id);
      return group?.changedAt === changedAt ? [group] : [];
    });
    const groups = kept.length === rows.length ? kept : [...kept, ...(await this.load(rows, kept))];
    // What was read before a change of this process must not be kept after it.
    if (generation === this.generation) this.copy = { groups, staleAt: performance.now() + FRESH_MS };
    return groups;
  }

  private async load(rows: readonly { id: string }[], kept: readonly Known[]): Promise<Known[]> {
    const ids = new Set(kept.map(({ id }) => id));
    const wanted = rows.map(({ id }) => id).filter((id) => !ids.has(id));
    const found: { id: string; criteria: Criteria; changedAt: string }[] = await this.database.query(
      `SELECT id, criteria, definition_changed_at::text AS "changedAt" FROM device_group
       WHERE id = ANY($1::uuid[]) AND kind = 'dynamic'`,
      [wanted],
    );
    return found.map(({ id, criteria, changedAt }) => ({
      id,
      dependsOn: dependenciesOf(criteria),
      changedAt,
    }));
  }
}
