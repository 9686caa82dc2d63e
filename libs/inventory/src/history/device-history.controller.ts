import { Readable } from 'node:stream';
import { Clock } from '@entrepot/kernel';
import {
  apiOk,
  apiQuery,
  pageOf,
  pageQuery,
  zodParam,
  zodQuery,
  type Page,
  type PageQuery,
} from '@entrepot/platform-http';
import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import { z } from 'zod';
import { ExportDevice } from './export-device.js';
import {
  changesQuery,
  ListChanges,
  sectionChangeView,
  type ChangesQuery,
  type SectionChangeView,
} from './list-changes.js';
import { contactView, ListContacts, type ContactView } from './list-contacts.js';
import {
  deviceDeliveryView,
  ListDeviceDeliveries,
  type DeviceDeliveryView,
} from './list-device-deliveries.js';
import { ShowDocument } from './show-document.js';

const deviceId = zodParam(z.uuid().toLowerCase());
const DEVICE = { name: 'id', description: 'The device' };
const NOT_FOUND = { description: 'INVENTORY_DEVICE_NOT_FOUND' };

@ApiTags('devices')
@ApiBearerAuth()
@Controller('api/v1/devices/:id')
export class DeviceHistoryController {
  constructor(
    private readonly listContacts: ListContacts,
    private readonly listChanges: ListChanges,
    private readonly listDeliveries: ListDeviceDeliveries,
    private readonly showDocument: ShowDocument,
    private readonly exportDevice: ExportDevice,
    private readonly clock: Clock,
  ) {}

  @Get('contacts')
  @ApiOperation({ summary: 'List when a device called, newest first' })
  @ApiParam(DEVICE)
  @apiQuery(pageQuery)
  @apiOk(pageOf(contactView))
  @ApiNotFoundResponse(NOT_FOUND)
  contacts(
    @Param('id', deviceId) id: string,
    @Query(zodQuery(pageQuery)) query: PageQuery,
  ): Promise<Page<ContactView>> {
    return this.listContacts.execute(id, query);
  }

  @Get('changes')
  @ApiOperation({
    summary: 'List the rows that came and went between the inventories of a device, newest first',
  })
  @ApiParam(DEVICE)
  @apiQuery(changesQuery)
  @apiOk(pageOf(sectionChangeView))
  @ApiNotFoundResponse(NOT_FOUND)
  changes(
    @Param('id', deviceId) id: string,
    @Query(zodQuery(changesQuery)) query: ChangesQuery,
  ): Promise<Page<SectionChangeView>> {
    return this.listChanges.execute(id, query);
  }

  @Get('deliveries')
  @ApiOperation({ summary: 'List the packages that a device was given, the latest change first' })
  @ApiParam(DEVICE)
  @apiQuery(pageQuery)
  @apiOk(pageOf(deviceDeliveryView))
  @ApiNotFoundResponse(NOT_FOUND)
  deliveries(
    @Param('id', deviceId) id: string,
    @Query(zodQuery(pageQuery)) query: PageQuery,
  ): Promise<Page<DeviceDeliveryView>> {
    return this.listDeliveries.execute(id, query);
  }

  @Get('document')
  @ApiOperation({ summary: 'Download the last inventory that changed something, as the agent sent it' })
  @ApiParam(DEVICE)
  @ApiProduces('application/xml')
  @ApiOkResponse({
    description: 'XML in the encoding that it declares.',
    schema: { type: 'string', format: 'binary' },
  })
  @ApiNotFoundResponse({ description: 'INVENTORY_DEVICE_NOT_FOUND, INVENTORY_DOCUMENT_NOT_KEPT' })
  async document(@Param('id', deviceId) id: string): Promise<StreamableFile> {
    const { bytes, fileName } = await this.showDocument.execute(id);
    return new StreamableFile(bytes, attachment('application/xml', fileName, bytes.length));
  }

  @Get('export')
  @ApiOperation({ summary: 'Download all that is known of a device' })
  @ApiParam(DEVICE)
  @ApiProduces('application/json')
  @ApiOkResponse({ description: 'One JSON document.', schema: { type: 'object' } })
  @ApiNotFoundResponse(NOT_FOUND)
  async export(@Param('id', deviceId) id: string): Promise<StreamableFile> {
    const { parts, fileName } = await this.exportDevice.execute(id, this.clock.now());
    return new StreamableFile(
      Readable.from(parts, { objectMode: false }),
      attachment('application/json', fileName),
    );
  }
}

function attachment(
  type: string,
  fileName: string,
  length?: number,
): { type: string; disposition: string; length?: number } {
  return { type, disposition: `attachment; filename="${fileName}"`, ...(length !== undefined && { length }) };
}
