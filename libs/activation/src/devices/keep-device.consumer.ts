import { inventoryAccepted, type EventOf } from '@entrepot/contracts';
import { Consumes } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { DataSource } from 'typeorm';
import { DeviceRepository } from './device.repository.js';
import { deviceIdSchema } from '../id.schemas.js';
import { KnownNames } from './known-names.js';

/**
 * Keeps the projection of device names. Each inventory tells the name, nearly always the known one, and then nothing
 * is asked of the database: the newest name wins however often it is told, and no inbox is needed.
 */
@Controller()
export class KeepDeviceConsumer {
  constructor(
    private readonly database: DataSource,
    private readonly devices: DeviceRepository,
    private readonly known: KnownNames,
  ) {}

  @Consumes(inventoryAccepted, 'activation.keep-device-name')
  async inventoried(@Payload() event: EventOf<typeof inventoryAccepted>): Promise<void> {
    const news = this.known.newsOf(event);
    if (news === 'none') return;
    const device = { deviceId: deviceIdSchema.parse(event.deviceId), name: event.name };
    const at = new Date(event.at);
    const { manager } = this.database;
    if (news === 'new') await this.devices.rename(manager, device, at);
    else await this.devices.keep(manager, [device], at);
    this.known.remember(event);
  }
}
