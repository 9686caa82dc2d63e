import type { PackageId } from '@entrepot/kernel';
import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import {
  apiBody,
  apiCreated,
  apiOk,
  apiQuery,
  beforeId,
  idPage,
  type Page,
  pageOf,
  pageQuery,
  type PageQuery,
  uuidOf,
  zodBody,
  zodParam,
  zodQuery,
} from '@entrepot/platform-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiNoContentResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { CreatePackage } from './create-package.js';
import { DeletePackage } from './delete-package.js';
import { PackageRepository } from './package.repository.js';
import { createPackageSchema, type CreatePackage as PackageSettings } from './package-settings.js';
import { packageView, type PackageView, toPackageView } from './package-view.js';
import { RequestBuild } from '../builds/request-build.js';
import { UploadRepository } from '../uploads/upload.repository.js';

const packageId = uuidOf<PackageId>();

@ApiTags('packages')
@ApiBearerAuth()
@Controller('api/v1/packages')
export class PackageController {
  constructor(
    private readonly createPackage: CreatePackage,
    private readonly requestBuild: RequestBuild,
    private readonly deletePackage: DeletePackage,
    private readonly packages: PackageRepository,
    private readonly uploads: UploadRepository,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Create a package; its archive is then sent by tus to upload.url' })
  @apiBody(createPackageSchema)
  @apiCreated(packageView)
  async create(
    @Body(zodBody(createPackageSchema)) settings: PackageSettings,
    @CurrentPrincipal() principal: Principal,
  ): Promise<PackageView> {
    return this.view(await this.createPackage.execute(settings, principal));
  }

  @Get()
  @ApiOperation({ summary: 'List packages, newest first' })
  @apiQuery(pageQuery)
  @apiOk(pageOf(packageView))
  async list(@Query(zodQuery(pageQuery)) query: PageQuery): Promise<Page<PackageView>> {
    const found = await this.packages.list(query.limit + 1, beforeId<PackageId>(query));
    const { items, ...page } = idPage(found.items, query.limit, found.total);
    const uploads = await this.uploads.findForPackages(items.map(({ id }) => id));
    const uploadOf = new Map(uploads.map((upload) => [upload.packageId, upload]));
    return {
      ...page,
      items: items.map((entity) => toPackageView(entity, uploadOf.get(entity.id) ?? null)),
    };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One package with its state, progress and digests' })
  @apiOk(packageView)
  get(@Param('id', zodParam(packageId)) id: PackageId): Promise<PackageView> {
    return this.view(id);
  }

  @Post(':id/build')
  @HttpCode(202)
  @ApiOperation({ summary: 'Build a package whose archive is complete; GET tells how it goes' })
  @ApiAcceptedResponse({ description: 'The build has been asked for.' })
  async build(
    @Param('id', zodParam(packageId)) id: PackageId,
    @CurrentPrincipal() principal: Principal,
  ): Promise<PackageView> {
    await this.requestBuild.execute(id, principal);
    return this.view(id);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a package that was never built' })
  @ApiNoContentResponse({ description: 'It is gone.' })
  async delete(
    @Param('id', zodParam(packageId)) id: PackageId,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.deletePackage.execute(id, principal);
  }

  private async view(id: PackageId): Promise<PackageView> {
    return toPackageView(await this.packages.get(id), await this.uploads.findForPackage(id));
  }
}
