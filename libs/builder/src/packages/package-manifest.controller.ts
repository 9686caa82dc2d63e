import { AppError, type PackageId } from '@entrepot/kernel';
import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import { apiBody, apiOk, uuidOf, zodBody, zodParam } from '@entrepot/platform-http';
import { Body, Controller, Get, HttpCode, Param, Put } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBearerAuth, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ERRORS } from '../errors.js';
import { AttachSbom } from './attach-sbom.js';
import { manifestView, type ManifestView, toManifestView } from './package-manifest.js';
import { PackageRepository } from './package.repository.js';
import { MAX_SBOM_BYTES, type Sbom, sbomSchema } from './sbom-schema.js';
import { SbomRepository } from './sbom.repository.js';

const packageId = uuidOf<PackageId>();

@ApiTags('packages')
@ApiBearerAuth()
@Controller('api/v1/packages/:id')
export class PackageManifestController {
  constructor(
    private readonly packages: PackageRepository,
    private readonly sboms: SbomRepository,
    private readonly attachSbom: AttachSbom,
  ) {}

  @Get('manifest')
  @ApiOperation({ summary: 'What a built version consists of, who built it, when and from what' })
  @apiOk(manifestView)
  async manifest(@Param('id', zodParam(packageId)) id: PackageId): Promise<ManifestView> {
    return toManifestView(await this.packages.get(id), await this.sboms.exists(id));
  }

  @Put('sbom')
  @HttpCode(204)
  @RouteConfig({ bodyLimit: MAX_SBOM_BYTES })
  @ApiOperation({
    summary: 'Keep a software bill of materials (CycloneDX JSON, at most 4 MiB) with a version',
  })
  @apiBody(sbomSchema)
  @ApiNoContentResponse({ description: 'It is kept.' })
  async putSbom(
    @Param('id', zodParam(packageId)) id: PackageId,
    @Body(zodBody(sbomSchema)) sbom: Sbom,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.attachSbom.execute(id, sbom, principal);
  }

  @Get('sbom')
  @ApiOperation({ summary: 'The software bill of materials of a version, as it was given' })
  @apiOk(sbomSchema)
  async getSbom(@Param('id', zodParam(packageId)) id: PackageId): Promise<Sbom> {
    const sbom = await this.sboms.find(id);
    if (sbom === null)
      throw new AppError(ERRORS.BUILDER_SBOM_NOT_FOUND, 'No software bill of materials is kept with it.');
    return sbom;
  }
}
