import { deviceMerged, deviceRestored, type EventOf } from '@entrepot/contracts';
import { Consumes, EventContext, Inbox } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { FollowMerges } from './follow-merges.js';
import { KnownNames } from './known-names.js';

/** Only one at a time: merges exclude one another, and whoever waits holds a connection. */
const ONE = { atOnce: 1 };

@Controller()
export class FollowMergesConsumer {
  constructor(
    private readonly inbox: Inbox,
    private readonly followMerges: FollowMerges,
    private readonly knownNames: KnownNames,
  ) {}

  @Consumes(deviceMerged, 'activation.follow-merge', ONE)
  async merged(@Payload() event: EventOf<typeof deviceMerged>, @Ctx() context: EventContext): Promise<void> {
    await this.inbox.once(context.message, (tx) => this.followMerges.merged(tx, event));
    this.knownNames.forget(event.deviceId);
  }

  @Consumes(deviceRestored, 'activation.follow-restored-device', ONE)
  async restored(
    @Payload() event: EventOf<typeof deviceRestored>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    await this.inbox.once(context.message, (tx) => this.followMerges.restored(tx, event));
    if (event.survivorId !== null) this.knownNames.forget(event.survivorId);
    this.knownNames.forget(event.deviceId);
  }
}
