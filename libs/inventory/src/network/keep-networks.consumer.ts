import { deviceMerged, deviceRestored, inventoryAccepted, type EventOf } from '@entrepot/contracts';
import type { DeviceId } from '@entrepot/kernel';
import { Consumes } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { KeepNetmap } from './keep-netmap.js';
import { KeepNetworkMembers } from './keep-network-members.js';

/** As many as one statement takes: those that come together are written together. */
const AT_ONCE = 64;

/**
 * Keeps where devices stand and what they find. Both are taken from what is stored when the event comes, so that it may
 * come twice, and no inbox is needed.
 */
@Controller()
export class KeepNetworksConsumer {
  constructor(
    private readonly members: KeepNetworkMembers,
    private readonly netmap: KeepNetmap,
  ) {}

  @Consumes(inventoryAccepted, 'inventory.keep-netmap', { atOnce: AT_ONCE })
  async inventoried(@Payload() event: EventOf<typeof inventoryAccepted>): Promise<void> {
    const deviceId = event.deviceId as DeviceId;
    if (event.changedSections.includes('NETWORKS')) await this.members.keep(deviceId);
    if (event.changedSections.includes('IPDISCOVER')) await this.netmap.execute(deviceId, new Date(event.at));
  }

  /** The contents of the two may have changed places. */
  @Consumes(deviceMerged, 'inventory.keep-networks-of-merged')
  async merged(@Payload() event: EventOf<typeof deviceMerged>): Promise<void> {
    await this.members.keep(event.deviceId as DeviceId);
    await this.members.keep(event.absorbedId as DeviceId);
  }

  @Consumes(deviceRestored, 'inventory.keep-networks-of-restored')
  async restored(@Payload() event: EventOf<typeof deviceRestored>): Promise<void> {
    await this.members.keep(event.deviceId as DeviceId);
    if (event.survivorId !== null) await this.members.keep(event.survivorId as DeviceId);
  }
}
