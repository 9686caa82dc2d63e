import { inventoryAccepted, type EventOf } from '@entrepot/contracts';
import { Consumes } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { DataSource } from 'typeorm';
import { DeviceRepository } from './device.repository.js';
import { deviceIdSchema } from './id.schemas.js';

/**
 * Keeps the projection of device names. Each inventory tells the name, nearly always the known one, so this is one
 * statement that then writes nothing: the newest name wins however often it is told, and no inbox is needed.
 */
@Controller()
export class KeepDeviceConsumer {
  constructor(
    private readonly database: DataSource,
    private readonly devices: DeviceRepository,
  ) {}

  @Consumes(inventoryAccepted, 'activation.keep-device-name')
  async inventoried(@Payload() event: EventOf<typeof inventoryAccepted>): Promise<void> {
    const device = { deviceId: deviceIdSchema.parse(event.deviceId), name: event.name };
    await this.devices.keep(this.database.manager, [device], new Date(event.at));
  }
}
