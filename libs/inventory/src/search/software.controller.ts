import { apiOk, apiQuery, pageOf, zodQuery, type Page } from '@entrepot/platform-http';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  installedSoftware,
  ListSoftware,
  softwarePage,
  softwareQuery,
  type SoftwarePage,
  type SoftwareQuery,
} from './list-software.js';
import { ListVersions, versionsQuery, type VersionsQuery } from './list-versions.js';

@ApiTags('search')
@ApiBearerAuth()
@Controller('api/v1/software')
export class SoftwareController {
  constructor(
    private readonly list: ListSoftware,
    private readonly versions: ListVersions,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the software of all devices, with how many have it' })
  @apiQuery(softwareQuery)
  @apiOk(softwarePage)
  all(@Query(zodQuery(softwareQuery)) query: SoftwareQuery): Promise<SoftwarePage> {
    return this.list.execute(query);
  }

  @Get('versions')
  @ApiOperation({ summary: 'List the versions of one software, with how many devices have each' })
  @apiQuery(versionsQuery)
  @apiOk(pageOf(installedSoftware))
  ofName(
    @Query(zodQuery(versionsQuery)) query: VersionsQuery,
  ): Promise<Page<z.output<typeof installedSoftware>>> {
    return this.versions.execute(query);
  }
}
