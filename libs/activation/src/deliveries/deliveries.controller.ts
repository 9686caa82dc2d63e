import type { DeliveryId } from '@entrepot/kernel';
import { apiOk, apiQuery, pageOf, pageQuery, zodParam, zodQuery, type Page } from '@entrepot/platform-http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  deliveryStageSchema,
  deliveryStateSchema,
  deliveryViewSchema,
  type DeliveryView,
} from './delivery.schemas.js';
import { assignmentIdSchema, deliveryIdSchema, deviceIdSchema, packageIdSchema } from '../id.schemas.js';
import { ListDeliveries } from './list-deliveries.js';

const yesOrNo = z.enum(['true', 'false']).transform((text) => text === 'true');

const listQuery = pageQuery.extend({
  packageId: packageIdSchema.optional(),
  deviceId: deviceIdSchema.optional(),
  assignmentId: assignmentIdSchema.optional(),
  state: deliveryStateSchema.optional(),
  code: z.string().max(255).optional(),
  stage: deliveryStageSchema.optional(),
  archived: yesOrNo.optional(),
  latest: yesOrNo.optional(),
});

@ApiTags('deliveries')
@ApiBearerAuth()
@Controller('api/v1/deliveries')
export class DeliveriesController {
  constructor(private readonly listDeliveries: ListDeliveries) {}

  @Get()
  @ApiOperation({ summary: 'List every attempt on every device, newest first' })
  @apiQuery(listQuery)
  @apiOk(pageOf(deliveryViewSchema))
  list(@Query(zodQuery(listQuery)) query: z.infer<typeof listQuery>): Promise<Page<DeliveryView>> {
    return this.listDeliveries.execute(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Show an attempt with all its reports' })
  @apiOk(deliveryViewSchema)
  one(@Param('id', zodParam(deliveryIdSchema)) id: DeliveryId): Promise<DeliveryView> {
    return this.listDeliveries.one(id);
  }
}
