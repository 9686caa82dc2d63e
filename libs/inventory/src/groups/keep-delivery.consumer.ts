import { deliveryChanged, type EventOf } from '@entrepot/contracts';
import { Consumes } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { GroupEvaluation } from './group-evaluation.js';
import { KEPT_AT_ONCE, KeepDeliveries } from './keep-deliveries.js';

/** Keeps deliveries as they are told of. Told twice or out of order, they end in the same row, so no inbox is needed. */
@Controller()
export class KeepDeliveryConsumer {
  constructor(
    private readonly keep: KeepDeliveries,
    private readonly evaluation: GroupEvaluation,
  ) {}

  @Consumes(deliveryChanged, 'inventory.keep-delivery', { atOnce: KEPT_AT_ONCE })
  async changed(@Payload() event: EventOf<typeof deliveryChanged>): Promise<void> {
    const left = await this.keep.execute(event);
    // Also when nothing was written: the evaluation after an earlier try may have failed.
    await this.evaluation.noteDevices([event.deviceId, ...left], { deliveries: true });
  }
}
