import type { PackageId } from '@entrepot/kernel';
import { idPage, type Page } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { UploadRepository } from '../uploads/upload.repository.js';
import { type PackageFilter, PackageRepository } from './package.repository.js';
import { type PackageView, toPackageView } from './package-view.js';

/** Gathers what is shown of packages: themselves, their uploads, and how many versions their names have. */
@Injectable()
export class FindPackageView {
  constructor(
    private readonly packages: PackageRepository,
    private readonly uploads: UploadRepository,
  ) {}

  /** @throws AppError BUILDER_PACKAGE_NOT_FOUND */
  async one(id: PackageId): Promise<PackageView> {
    const entity = await this.packages.get(id);
    const [upload, versions] = await Promise.all([
      this.uploads.findForPackage(id),
      this.packages.newestVersions([entity.name]),
    ]);
    return toPackageView(entity, upload, versions.get(entity.name) ?? entity.version);
  }

  async page(filter: PackageFilter, limit: number, before: PackageId | null): Promise<Page<PackageView>> {
    const found = await this.packages.list(filter, limit + 1, before);
    const { items, ...page } = idPage(found.items, limit, found.total);
    const [uploads, versions] = await Promise.all([
      this.uploads.findForPackages(items.map(({ id }) => id)),
      this.packages.newestVersions(items.map(({ name }) => name)),
    ]);
    const uploadOf = new Map(uploads.map((upload) => [upload.packageId, upload]));
    return {
      ...page,
      items: items.map((entity) =>
        toPackageView(entity, uploadOf.get(entity.id) ?? null, versions.get(entity.name) ?? entity.version),
      ),
    };
  }
}
