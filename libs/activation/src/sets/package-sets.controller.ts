import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import {
  apiBody,
  apiCreated,
  apiOk,
  apiQuery,
  pageOf,
  pageQuery,
  zodBody,
  zodParam,
  zodQuery,
  type Page,
  type PageQuery,
} from '@entrepot/platform-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { packageSetIdSchema } from '../id.schemas.js';
import { ChangePackageSet } from './change-package-set.js';
import { ListPackageSets } from './list-package-sets.js';
import type { PackageSetId } from './package-set.js';
import {
  packageSetSchema,
  packageSetViewSchema,
  type PackageSetInput,
  type PackageSetView,
} from './package-set.schemas.js';

@ApiTags('package sets')
@ApiBearerAuth()
@Controller('api/v1/package-sets')
export class PackageSetsController {
  constructor(
    private readonly changeSet: ChangePackageSet,
    private readonly listSets: ListPackageSets,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Put packages together that are assigned together' })
  @apiBody(packageSetSchema)
  @apiCreated(packageSetViewSchema)
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body(zodBody(packageSetSchema)) body: PackageSetInput,
  ): Promise<PackageSetView> {
    return this.listSets.one(await this.changeSet.create(principal, body));
  }

  @Get()
  @ApiOperation({ summary: 'List package sets, newest first' })
  @apiQuery(pageQuery)
  @apiOk(pageOf(packageSetViewSchema))
  list(@Query(zodQuery(pageQuery)) query: PageQuery): Promise<Page<PackageSetView>> {
    return this.listSets.execute(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Show a package set' })
  @apiOk(packageSetViewSchema)
  one(@Param('id', zodParam(packageSetIdSchema)) id: PackageSetId): Promise<PackageSetView> {
    return this.listSets.one(id);
  }

  @Put(':id')
  @ApiOperation({ summary: 'Change a package set; what was assigned with it stays as it is' })
  @apiBody(packageSetSchema)
  @apiOk(packageSetViewSchema)
  async change(
    @CurrentPrincipal() principal: Principal,
    @Param('id', zodParam(packageSetIdSchema)) id: PackageSetId,
    @Body(zodBody(packageSetSchema)) body: PackageSetInput,
  ): Promise<PackageSetView> {
    await this.changeSet.change(principal, id, body);
    return this.listSets.one(id);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a package set; its packages, and what was assigned with it, stay' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param('id', zodParam(packageSetIdSchema)) id: PackageSetId,
  ): Promise<void> {
    await this.changeSet.remove(principal, id);
  }
}
