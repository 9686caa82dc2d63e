import { apiOk, apiQuery, pageOf, pageQuery, zodParam, zodQuery, type Page } from '@entrepot/platform-http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { deliveryStateSchema, deliveryViewSchema, type DeliveryView } from './delivery.schemas.js';
import { ListDeliveries } from './list-deliveries.js';

const listQuery = pageQuery.extend({
  packageId: z.uuid().optional(),
  deviceId: z.uuid().optional(),
  state: deliveryStateSchema.optional(),
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
  one(@Param('id', zodParam(z.uuid())) id: string): Promise<DeliveryView> {
    return this.listDeliveries.one(id);
  }
}
