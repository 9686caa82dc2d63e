import { packageActivated, type EventOf } from '@entrepot/contracts';
import { Consumes } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { ActivatedLocations } from './activated-locations.js';

/** Keeps the projection of fragment locations. An activation's never changes, so no inbox is needed. */
@Controller()
export class KeepActivatedLocationConsumer {
  constructor(private readonly locations: ActivatedLocations) {}

  @Consumes(packageActivated, 'fragments.keep-activated-location')
  activated(@Payload() event: EventOf<typeof packageActivated>): Promise<void> {
    return this.locations.keep(event.activationId, event.fileId, event.fragmentLocation);
  }
}
