import type { FileId } from '@entrepot/kernel';
import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import { apiOk, apiQuery, pageOf, pageQuery, zodParam, zodQuery, type Page } from '@entrepot/platform-http';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { AskVerification } from './ask-verification.js';
import { ListStoredPackages } from './list-stored-packages.js';
import {
  fileIdSchema,
  storageSummarySchema,
  storedPackageDetailSchema,
  storedPackageSchema,
  type StorageSummary,
  type StoredPackageDetail,
  type StoredPackageView,
} from './stored-package.schemas.js';

@ApiTags('stored-packages')
@ApiBearerAuth()
@Controller('api/v1/stored-packages')
export class StoredPackagesController {
  constructor(
    private readonly storedPackages: ListStoredPackages,
    private readonly askVerification: AskVerification,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the packages whose bytes are stored, highest file id first' })
  @apiQuery(pageQuery)
  @apiOk(pageOf(storedPackageSchema))
  list(@Query(zodQuery(pageQuery)) query: z.infer<typeof pageQuery>): Promise<Page<StoredPackageView>> {
    return this.storedPackages.execute(query);
  }

  @Get('summary')
  @ApiOperation({ summary: 'Show how much is stored, how much sharing saves, and in what state it is' })
  @apiOk(storageSummarySchema)
  summary(): Promise<StorageSummary> {
    return this.storedPackages.summary();
  }

  @Get(':fileId')
  @ApiOperation({ summary: 'Show what is stored of a package, with what is damaged' })
  @apiOk(storedPackageDetailSchema)
  one(@Param('fileId', zodParam(fileIdSchema)) fileId: FileId): Promise<StoredPackageDetail> {
    return this.storedPackages.one(fileId);
  }

  @Post(':fileId/verify')
  @HttpCode(202)
  @ApiOperation({ summary: 'Read everything of a package again, in the background' })
  @ApiAcceptedResponse({ description: 'It has been asked for.' })
  async verify(
    @CurrentPrincipal() principal: Principal,
    @Param('fileId', zodParam(fileIdSchema)) fileId: FileId,
  ): Promise<void> {
    await this.askVerification.wanted(principal, fileId);
  }
}
