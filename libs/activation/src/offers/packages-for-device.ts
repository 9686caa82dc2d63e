import type {
  OfferedPackageMessage,
  PackagesForDeviceReply,
  PackagesForDeviceRequest,
} from '@entrepot/contracts';
import { Clock, Coalescer, parseFileId, type DeliveryId, type DeviceId, type FileId } from '@entrepot/kernel';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  chooseOffers,
  type AgentKnowledge,
  type ChosenOffers,
  type OfferCandidate,
} from './choose-offers.js';
import { changed, foundInHistory, isOpen, notify } from '../deliveries/delivery.js';
import { DeliveryRepository } from '../deliveries/delivery.repository.js';
import { publishDeliveries } from '../deliveries/publish-deliveries.js';

/** Look-ups that share one statement at the most. */
const DEVICES_AT_ONCE = 64;

const NOTHING: PackagesForDeviceReply = { packages: [] };

/** What the reply to a PROLOG lists (OCS-PROTOCOL.md §4.4), and that the device was told of it. */
@Injectable()
export class PackagesForDevice {
  private readonly open: Coalescer<DeviceId, readonly OfferCandidate[]>;

  constructor(
    private readonly database: DataSource,
    private readonly outbox: Outbox,
    private readonly deliveries: DeliveryRepository,
    private readonly clock: Clock,
  ) {
    this.open = new Coalescer(
      (deviceIds) => this.deliveries.openForDevices(this.database.manager, deviceIds),
      { maxKeys: DEVICES_AT_ONCE },
    );
  }

  async execute(request: PackagesForDeviceRequest): Promise<PackagesForDeviceReply> {
    const candidates = await this.open.get(request.deviceId);
    if (candidates.length === 0) return NOTHING;
    const chosen = chooseOffers(candidates, readKnowledge(request));
    const open = await this.recordChanges(chosen);
    return { packages: chosen.offered.filter((offer) => open.has(offer.deliveryId)).map(toMessage) };
  }

  /** @returns ids of the offered deliveries that are still open, now that they are told */
  private async recordChanges({ offered, alreadyInstalled }: ChosenOffers): Promise<Set<DeliveryId>> {
    const toChange = [...offered.filter((offer) => offer.state === 'waiting'), ...alreadyInstalled];
    const open = new Set(offered.map((offer) => offer.deliveryId));
    if (toChange.length === 0) return open;
    const installed = new Set(alreadyInstalled.map((offer) => offer.deliveryId));
    const fileIds = new Map(toChange.map((offer) => [offer.deliveryId, offer.fileId]));
    const now = this.clock.now();
    await this.outbox.transaction(async (tx) => {
      const locked = await this.deliveries.lock(tx.manager, [...fileIds.keys()]);
      const after = locked.map((delivery) =>
        installed.has(delivery.deliveryId) ? foundInHistory(delivery, now) : notify(delivery, now),
      );
      // Between the read and the lock another PROLOG may have told the device, or somebody withdrawn the delivery.
      for (const delivery of after) if (!isOpen(delivery)) open.delete(delivery.deliveryId);
      const news = after.filter((delivery, index) => changed(locked[index] ?? delivery, delivery));
      await this.deliveries.saveStatuses(tx.manager, news);
      publishDeliveries(tx, news, (delivery) => fileIds.get(delivery.deliveryId) ?? '', now);
    });
    return open;
  }
}

/** What an agent says may be no file id, and then it is about no package of ours. */
function readKnowledge({ history, results }: PackagesForDeviceRequest): AgentKnowledge {
  const reportedAt = new Map<FileId, Date>();
  for (const { fileId, at } of results) {
    const id = parseFileId(fileId);
    if (id !== null) reportedAt.set(id, new Date(at));
  }
  return { history: history.map(parseFileId).filter((id) => id !== null), reportedAt };
}

function toMessage(offer: OfferCandidate): OfferedPackageMessage {
  return {
    fileId: offer.fileId,
    infoLocation: offer.infoLocation,
    packLocation: offer.fragmentLocation,
    force: offer.force,
    schedule: offer.schedule ?? '',
    postCommand: offer.postCommand ?? '',
  };
}
