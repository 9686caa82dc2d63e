import {
  deviceDeleted,
  deviceMerged,
  deviceRegistered,
  deviceRestored,
  evaluateDevicesJob,
  evaluateGroupJob,
  inventoryAccepted,
  type EventOf,
} from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { Consumes } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { EvaluateGroup } from './evaluate-group.js';
import { GroupEvaluation } from './group-evaluation.js';

/** They wait together for one round, so that a storm does not become one round for every few of them. */
const TOGETHER = { atOnce: 256 };

/** Looks at the groups of devices that changed. Doing it twice changes nothing, so no inbox is needed. */
@Controller()
export class EvaluateGroupsConsumer {
  constructor(
    private readonly evaluation: GroupEvaluation,
    private readonly evaluate: EvaluateGroup,
  ) {}

  @Consumes(inventoryAccepted, 'inventory.evaluate-groups', TOGETHER)
  async inventoried(@Payload() event: EventOf<typeof inventoryAccepted>): Promise<void> {
    const { deviceId, changedSections } = event;
    await this.evaluation.noteDevices([deviceId], { sections: changedSections, device: true, contact: true });
  }

  @Consumes(deviceRegistered, 'inventory.evaluate-groups-of-registered', TOGETHER)
  async registered(@Payload() event: EventOf<typeof deviceRegistered>): Promise<void> {
    await this.evaluation.noteDevices([event.deviceId], { everything: true });
  }

  @Consumes(deviceMerged, 'inventory.evaluate-groups-of-merged', TOGETHER)
  async merged(@Payload() event: EventOf<typeof deviceMerged>): Promise<void> {
    await this.evaluation.noteDevices([event.deviceId, event.absorbedId], { everything: true });
  }

  @Consumes(deviceDeleted, 'inventory.evaluate-groups-of-deleted', TOGETHER)
  async deleted(@Payload() event: EventOf<typeof deviceDeleted>): Promise<void> {
    await this.evaluation.noteDevices([event.deviceId], { everything: true });
  }

  @Consumes(deviceRestored, 'inventory.evaluate-groups-of-restored', TOGETHER)
  async restored(@Payload() event: EventOf<typeof deviceRestored>): Promise<void> {
    const survivor = event.survivorId === null ? [] : [event.survivorId];
    await this.evaluation.noteDevices([event.deviceId, ...survivor], { everything: true });
  }

  @Consumes(evaluateDevicesJob, 'inventory.evaluate-devices', TOGETHER)
  async devices(@Payload() job: EventOf<typeof evaluateDevicesJob>): Promise<void> {
    const { deviceIds, ...change } = job;
    await this.evaluation.noteDevices(deviceIds, change);
  }

  @Consumes(evaluateGroupJob, 'inventory.evaluate-group', { atOnce: 2 })
  async whole(@Payload() { groupId, cause }: EventOf<typeof evaluateGroupJob>): Promise<void> {
    try {
      await this.evaluate.whole(groupId, cause);
    } catch (error) {
      if (!(error instanceof AppError && error.kind === 'not-found')) throw error;
    }
  }
}
