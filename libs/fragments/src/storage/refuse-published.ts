import type { BlobOwner } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ERRORS } from '../errors.js';
import { PublishedPackageRepository } from './published-package.repository.js';

/** Keeps everybody from writing into a package that was published. */
@Injectable()
export class RefusePublished {
  constructor(
    private readonly database: DataSource,
    private readonly packages: PublishedPackageRepository,
  ) {}

  /** @throws AppError FRAGMENTS_PACKAGE_PUBLISHED for a package whose bytes are fixed */
  async execute({ area, owner }: BlobOwner): Promise<void> {
    if (area !== 'package' || (await this.packages.find(this.database.manager, owner)) === null) return;
    throw new AppError(
      ERRORS.FRAGMENTS_PACKAGE_PUBLISHED,
      `Package ${owner} is or was published; its bytes are fixed.`,
    );
  }
}
