import type { PackageId } from '@entrepot/kernel';
import { apiOk, zodParam } from '@entrepot/platform-http';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { packageIdSchema } from '../id.schemas.js';
import {
  PackageVerification,
  packageVerificationSchema,
  type PackageVerificationView,
} from './package-verification.js';

@ApiTags('packages')
@ApiBearerAuth()
@Controller('api/v1/packages')
export class PackageVerificationController {
  constructor(private readonly verification: PackageVerification) {}

  @Get(':id/verification')
  @ApiOperation({ summary: 'Show whether the stored bytes of a package are right, and who doubts it' })
  @apiOk(packageVerificationSchema)
  show(@Param('id', zodParam(packageIdSchema)) id: PackageId): Promise<PackageVerificationView> {
    return this.verification.execute(id);
  }
}
