import type { PackageId } from '@entrepot/kernel';
import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import {
  apiBody,
  apiCreated,
  apiOk,
  apiQuery,
  beforeId,
  type Page,
  pageOf,
  uuidOf,
  zodBody,
  zodParam,
  zodQuery,
} from '@entrepot/platform-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiNoContentResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { RequestBuild } from '../builds/request-build.js';
import { CreatePackage } from './create-package.js';
import { CreateVersion } from './create-version.js';
import { DeletePackage } from './delete-package.js';
import { FindPackageView } from './find-package-view.js';
import { packageFilter, packageListQuery, type PackageListQuery } from './package-list.js';
import {
  createPackageSchema,
  type CreatePackage as PackageSettings,
  type NewVersion,
  newVersionSchema,
} from './package-settings.js';
import { packageView, type PackageView } from './package-view.js';
import { toWithdrawnView, withdrawnView, type WithdrawnView } from './withdrawn-view.js';

const packageId = uuidOf<PackageId>();
const deleteQuery = z.object({
  /** Also for agents that were told of it already: for a package that does harm. */
  immediately: z.enum(['true', 'false']).default('false'),
});
/** Without a body nothing changes. */
const versionBody = newVersionSchema.nullish().transform((changes) => changes ?? {});

@ApiTags('packages')
@ApiBearerAuth()
@Controller('api/v1/packages')
export class PackageController {
  constructor(
    private readonly createPackage: CreatePackage,
    private readonly createVersion: CreateVersion,
    private readonly requestBuild: RequestBuild,
    private readonly deletePackage: DeletePackage,
    private readonly views: FindPackageView,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Create a package; its archive is then sent by tus to upload.url' })
  @apiBody(createPackageSchema)
  @apiCreated(packageView)
  async create(
    @Body(zodBody(createPackageSchema)) settings: PackageSettings,
    @CurrentPrincipal() principal: Principal,
  ): Promise<PackageView> {
    return this.views.one(await this.createPackage.execute(settings, principal));
  }

  @Post(':id/versions')
  @ApiOperation({ summary: 'Create the next version with the settings of this one, but for what is given' })
  @apiBody(newVersionSchema)
  @apiCreated(packageView)
  async version(
    @Param('id', zodParam(packageId)) id: PackageId,
    @Body(zodBody(versionBody)) changes: NewVersion,
    @CurrentPrincipal() principal: Principal,
  ): Promise<PackageView> {
    return this.views.one(await this.createVersion.execute(id, changes, principal));
  }

  @Get()
  @ApiOperation({ summary: 'List packages, newest first' })
  @apiQuery(packageListQuery)
  @apiOk(pageOf(packageView))
  list(@Query(zodQuery(packageListQuery)) query: PackageListQuery): Promise<Page<PackageView>> {
    return this.views.page(packageFilter(query), query.limit, beforeId<PackageId>(query));
  }

  @Get(':id')
  @ApiOperation({ summary: 'One package with its state, progress and digests' })
  @apiOk(packageView)
  get(@Param('id', zodParam(packageId)) id: PackageId): Promise<PackageView> {
    return this.views.one(id);
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
    return this.views.one(id);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a package; one that was built is withdrawn, and its name stays known' })
  @apiQuery(deleteQuery)
  @apiOk(withdrawnView, 'It was built, and is deleted.')
  @ApiNoContentResponse({ description: 'It was never built, and is gone.' })
  async delete(
    @Param('id', zodParam(packageId)) id: PackageId,
    @Query(zodQuery(deleteQuery)) { immediately }: z.output<typeof deleteQuery>,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WithdrawnView | undefined> {
    const withdrawn = await this.deletePackage.execute(id, immediately === 'true', principal);
    if (withdrawn !== null) return toWithdrawnView(withdrawn);
    reply.status(204);
    return undefined;
  }
}
