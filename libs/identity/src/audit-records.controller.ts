import { apiOk, apiQuery, zodQuery, type Page } from '@entrepot/platform-http';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  auditQuerySchema,
  auditRecordPageSchema,
  type AuditQueryInput,
  type AuditRecordView,
} from './identity.schemas.js';
import { ListAuditRecords } from './list-audit-records.js';

@ApiTags('audit')
@ApiBearerAuth()
@Controller('api/v1/audit-records')
export class AuditRecordsController {
  constructor(private readonly listAuditRecords: ListAuditRecords) {}

  @Get()
  @ApiOperation({
    summary: 'List who changed what, newest first; a change is here a moment after it was made',
  })
  @apiQuery(auditQuerySchema)
  @apiOk(auditRecordPageSchema)
  async list(@Query(zodQuery(auditQuerySchema)) query: AuditQueryInput): Promise<Page<AuditRecordView>> {
    const page = await this.listAuditRecords.execute(query);
    const items = page.items.map(({ auditRecordId, at, ...record }) => ({
      id: auditRecordId,
      ...record,
      at: at.toISOString(),
    }));
    return { ...page, items };
  }
}
