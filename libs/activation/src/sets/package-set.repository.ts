import type { ActivationId, PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PackageSet, PackageSetId } from './package-set.js';

/** A set as it is written. */
export type PackageSetRow = Omit<PackageSet, 'packages'> & { readonly packageIds: readonly PackageId[] };

/** A package of a set with its newest activation; null when none is in force. */
export interface ActivatedPackage {
  readonly packageId: PackageId;
  readonly name: string;
  readonly activationId: ActivationId | null;
}

const SELECT = `
  SELECT t.set_id AS "setId", t.name, t.description, t.in_order AS "inOrder", t.created_at AS "createdAt",
    coalesce((
      SELECT jsonb_agg(jsonb_build_object('packageId', p.package_id, 'fileId', p.file_id, 'name', p.name,
        'version', p.version, 'deleted', p.deleted_at IS NOT NULL) ORDER BY i.position)
      FROM package_set_item i JOIN package p ON p.package_id = i.package_id WHERE i.set_id = t.set_id), '[]') AS packages
  FROM package_set t`;

@Injectable()
export class PackageSetRepository {
  /** Newest first, those before `beforeId` in that order. */
  list(manager: EntityManager, beforeId: PackageSetId | null, limit: number): Promise<PackageSet[]> {
    return manager.query(
      `${SELECT} WHERE $1::uuid IS NULL OR t.set_id < $1 ORDER BY t.set_id DESC LIMIT $2`,
      [beforeId, limit],
    );
  }

  async count(manager: EntityManager): Promise<number> {
    const [row]: { total: number }[] = await manager.query(
      'SELECT count(*)::integer AS total FROM package_set',
    );
    return row?.total ?? 0;
  }

  async find(manager: EntityManager, setId: PackageSetId): Promise<PackageSet | null> {
    const rows: PackageSet[] = await manager.query(`${SELECT} WHERE t.set_id = $1`, [setId]);
    return rows[0] ?? null;
  }

  /** @returns false when another set has the name */
  async add(manager: EntityManager, set: PackageSetRow): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `INSERT INTO package_set (set_id, name, description, in_order, created_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (name) DO NOTHING RETURNING 1`,
      [set.setId, set.name, set.description, set.inOrder, set.createdAt],
    );
    if (rows.length === 0) return false;
    await this.saveItems(manager, set);
    return true;
  }

  /** Changes a set that is locked. */
  async save(manager: EntityManager, set: PackageSetRow): Promise<void> {
    await manager.query(
      'UPDATE package_set SET name = $2, description = $3, in_order = $4 WHERE set_id = $1',
      [set.setId, set.name, set.description, set.inOrder],
    );
    await manager.query('DELETE FROM package_set_item WHERE set_id = $1', [set.setId]);
    await this.saveItems(manager, set);
  }

  /** @returns when it was made; null when there is no such set */
  async lock(manager: EntityManager, setId: PackageSetId): Promise<Date | null> {
    const rows: { createdAt: Date }[] = await manager.query(
      'SELECT created_at AS "createdAt" FROM package_set WHERE set_id = $1 FOR UPDATE',
      [setId],
    );
    return rows[0]?.createdAt ?? null;
  }

  async isNameTaken(manager: EntityManager, name: string, except: PackageSetId): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      'SELECT 1 FROM package_set WHERE name = $1 AND set_id <> $2',
      [name, except],
    );
    return rows.length > 0;
  }

  async remove(manager: EntityManager, setId: PackageSetId): Promise<void> {
    await manager.query('DELETE FROM package_set WHERE set_id = $1', [setId]);
  }

  /** Which of the packages are built and not deleted. */
  async findUsable(manager: EntityManager, packageIds: readonly PackageId[]): Promise<PackageId[]> {
    const rows: { packageId: PackageId }[] = await manager.query(
      `SELECT package_id AS "packageId" FROM package WHERE package_id = ANY ($1::uuid[]) AND deleted_at IS NULL`,
      [packageIds],
    );
    return rows.map((row) => row.packageId);
  }

  /** The packages of a set in their order, each with its newest activation in force. */
  newestActivations(manager: EntityManager, setId: PackageSetId): Promise<ActivatedPackage[]> {
    return manager.query(
      `SELECT p.package_id AS "packageId", p.name, (
         SELECT a.activation_id FROM activation a WHERE a.package_id = p.package_id AND a.withdrawn_at IS NULL
         ORDER BY a.activation_id DESC LIMIT 1) AS "activationId"
       FROM package_set_item i JOIN package p ON p.package_id = i.package_id
       WHERE i.set_id = $1 ORDER BY i.position`,
      [setId],
    );
  }

  private async saveItems(manager: EntityManager, { setId, packageIds }: PackageSetRow): Promise<void> {
    await manager.query(
      `INSERT INTO package_set_item (set_id, position, package_id)
       SELECT $1, position, package_id FROM unnest($2::uuid[]) WITH ORDINALITY AS given (package_id, position)`,
      [setId, packageIds],
    );
  }
}
