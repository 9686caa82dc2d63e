import type { ActivationId, FileId, PackageId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { ActivationEntity } from './activation.entity.js';
import type { Locations } from './check-locations.js';
import type { LocationCheck } from './location-check.js';

/** An activation that is in force, with the package it makes available. */
export interface LiveActivation {
  readonly activationId: ActivationId;
  readonly packageId: PackageId;
  readonly fileId: FileId;
  readonly packageName: string;
  readonly operatingSystem: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly infoLocation: string;
  readonly fragmentLocation: string;
  readonly createdAt: Date;
  readonly forced: boolean;
  readonly checks: readonly LocationCheck[] | null;
  readonly checkedAt: Date | null;
}

/** For more conditions. */
export const SELECT_LIVE = `
  SELECT a.activation_id AS "activationId", a.package_id AS "packageId", p.file_id AS "fileId",
    p.name AS "packageName", p.operating_system AS "operatingSystem", p.protocol,
    a.info_location AS "infoLocation", a.fragment_location AS "fragmentLocation",
    a.created_at AS "createdAt", a.forced, a.checks, a.checked_at AS "checkedAt"
  FROM activation a JOIN package p ON p.package_id = a.package_id
  WHERE a.withdrawn_at IS NULL`;

@Injectable()
export class ActivationRepository {
  /** @returns id of the activation of the package at these two locations: the given one, or that which is there already */
  async addOrFind(manager: EntityManager, activation: ActivationEntity): Promise<ActivationId> {
    const rows: { id: ActivationId }[] = await manager.query(
      `INSERT INTO activation (activation_id, package_id, info_location, fragment_location, created_at,
         forced, checks, checked_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (package_id, info_location, fragment_location) WHERE withdrawn_at IS NULL
       DO UPDATE SET package_id = excluded.package_id
       RETURNING activation_id AS id`,
      [
        activation.activationId,
        activation.packageId,
        activation.infoLocation,
        activation.fragmentLocation,
        activation.createdAt,
        activation.forced,
        JSON.stringify(activation.checks),
        activation.checkedAt,
      ],
    );
    const [standing] = rows;
    if (standing === undefined) throw new Error('An upsert always answers a row.');
    return standing.id;
  }

  /**
   * Finds and locks a live activation until the transaction ends.
   * @param strength `share` to use it, `update` to withdraw it: assigning and withdrawing exclude each other
   */
  lock(
    manager: EntityManager,
    activationId: ActivationId,
    strength: 'share' | 'update',
  ): Promise<ActivationEntity | null> {
    return manager.getRepository(ActivationEntity).findOne({
      where: { activationId, withdrawnAt: IsNull() },
      lock: { mode: strength === 'share' ? 'pessimistic_read' : 'pessimistic_write' },
    });
  }

  /** @returns id of the live activation of a package at two locations, or null */
  async findAt(
    manager: EntityManager,
    packageId: PackageId,
    { infoLocation, fragmentLocation }: Locations,
  ): Promise<ActivationId | null> {
    const where = { packageId, infoLocation, fragmentLocation, withdrawnAt: IsNull() };
    const found = await manager.getRepository(ActivationEntity).findOneBy(where);
    return found?.activationId ?? null;
  }

  /** Locks what is live of a package, in the order of ids. */
  lockLive(manager: EntityManager, packageId: PackageId): Promise<ActivationEntity[]> {
    return manager.getRepository(ActivationEntity).find({
      where: { packageId, withdrawnAt: IsNull() },
      order: { activationId: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
  }

  async markWithdrawn(manager: EntityManager, activationId: ActivationId, at: Date): Promise<void> {
    await manager.getRepository(ActivationEntity).update({ activationId }, { withdrawnAt: at });
  }

  async find(manager: EntityManager, activationId: ActivationId): Promise<LiveActivation | null> {
    const rows: LiveActivation[] = await manager.query(`${SELECT_LIVE} AND a.activation_id = $1`, [
      activationId,
    ]);
    return rows[0] ?? null;
  }

  /** Newest first, those before `beforeId` in that order. */
  async list(
    manager: EntityManager,
    filter: { readonly packageId: PackageId | null },
    beforeId: ActivationId | null,
    limit: number,
  ): Promise<LiveActivation[]> {
    return manager.query(
      `${SELECT_LIVE} AND ($1::uuid IS NULL OR a.package_id = $1) AND ($2::uuid IS NULL OR a.activation_id < $2)
       ORDER BY a.activation_id DESC LIMIT $3`,
      [filter.packageId, beforeId, limit],
    );
  }

  async count(manager: EntityManager, filter: { readonly packageId: PackageId | null }): Promise<number> {
    const rows: { total: number }[] = await manager.query(
      `SELECT count(*)::integer AS total FROM activation
       WHERE withdrawn_at IS NULL AND ($1::uuid IS NULL OR package_id = $1)`,
      [filter.packageId],
    );
    return rows[0]?.total ?? 0;
  }
}
