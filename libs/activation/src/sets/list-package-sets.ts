import { AppError } from '@entrepot/kernel';
import { beforeId, idPage, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ERRORS } from '../errors.js';
import type { PackageSet, PackageSetId } from './package-set.js';
import { PackageSetRepository } from './package-set.repository.js';
import type { PackageSetView } from './package-set.schemas.js';

/** Shows sets of packages. */
@Injectable()
export class ListPackageSets {
  constructor(
    private readonly database: DataSource,
    private readonly sets: PackageSetRepository,
  ) {}

  async execute(query: PageQuery): Promise<Page<PackageSetView>> {
    const { manager } = this.database;
    const rows = await this.sets.list(manager, beforeId<PackageSetId>(query), query.limit + 1);
    return idPage(rows.map(toView), query.limit, await this.sets.count(manager));
  }

  /** @throws AppError ACTIVATION_SET_NOT_FOUND */
  async one(setId: PackageSetId): Promise<PackageSetView> {
    const found = await this.sets.find(this.database.manager, setId);
    if (found === null)
      throw new AppError(ERRORS.ACTIVATION_SET_NOT_FOUND, `There is no package set ${setId}.`);
    return toView(found);
  }
}

function toView({ setId, createdAt, packages, ...rest }: PackageSet): PackageSetView {
  return { id: setId, ...rest, createdAt: createdAt.toISOString(), packages: [...packages] };
}
