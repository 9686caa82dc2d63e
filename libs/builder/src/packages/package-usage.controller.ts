import { apiOk } from '@entrepot/platform-http';
import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { type StorageUsage, StorageQuota } from '../uploads/storage-quota.js';

const usageView = z.object({
  /** Bytes: the sum of the two that follow. */
  usedBytes: z.int(),
  /** What uploads hold. */
  uploadBytes: z.int(),
  /** Archives of built packages that are not deleted. */
  packageBytes: z.int(),
  /** What may be used; null without a limit. */
  quotaBytes: z.int().nullable(),
});

@ApiTags('packages')
@ApiBearerAuth()
@Controller('api/v1/packages/usage')
export class PackageUsageController {
  constructor(private readonly quota: StorageQuota) {}

  @Get()
  @ApiOperation({ summary: 'What uploads and packages take, and may take' })
  @apiOk(usageView)
  get(): Promise<StorageUsage> {
    return this.quota.usage();
  }
}
