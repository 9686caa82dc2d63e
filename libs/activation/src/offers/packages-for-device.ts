import type {
  OfferedPackageMessage,
  PackagesForDeviceReply,
  PackagesForDeviceRequest,
} from '@entrepot/contracts';
import { Clock, Coalescer, parseFileId, type DeliveryId, type DeviceId, type FileId } from '@entrepot/kernel';
import { Outbox } from '@entrepot/platform-messaging';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ACTIVATION_OPTIONS, type ActivationOptions } from '../activation.options.js';
import { AssignmentRepository } from '../assignments/assignment.repository.js';
import { NextAttempt } from '../attempts/next-attempt.js';
import {
  chooseOffers,
  type AgentKnowledge,
  type ChosenOffers,
  type OfferCandidate,
} from './choose-offers.js';
import { changed, foundInHistory, isOpen, notify } from '../deliveries/delivery.js';
import { DeliveryRepository } from '../deliveries/delivery.repository.js';
import { publishDeliveries } from '../deliveries/publish-deliveries.js';
import { OfferRepository } from './offer.repository.js';
import { offeredInfoLocation } from './offered-info-location.js';

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
    private readonly offers: OfferRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly assignments: AssignmentRepository,
    private readonly nextAttempt: NextAttempt,
    private readonly clock: Clock,
    @Inject(ACTIVATION_OPTIONS) private readonly defaults: ActivationOptions,
  ) {
    this.open = new Coalescer(
      (deviceIds) => this.offers.openForDevices(this.database.manager, deviceIds, this.clock.now()),
      { maxKeys: DEVICES_AT_ONCE },
    );
  }

  async execute(request: PackagesForDeviceRequest): Promise<PackagesForDeviceReply> {
    const candidates = await this.open.get(request.deviceId);
    if (candidates.length === 0) return NOTHING;
    const chosen = chooseOffers(candidates, readKnowledge(request));
    if (chosen.held.size > 0) await this.offers.hold(this.database.manager, chosen.held);
    const open = await this.recordChanges(chosen);
    return {
      packages: chosen.offered
        .filter((offer) => open.has(offer.deliveryId))
        .map((offer) => toMessage(offer, offeredInfoLocation(offer, this.defaults))),
    };
  }

  /** @returns ids of the offered deliveries that are still open, now that they are told */
  private async recordChanges({ offered, alreadyInstalled }: ChosenOffers): Promise<Set<DeliveryId>> {
    const toChange = [...offered.filter((offer) => offer.state === 'waiting'), ...alreadyInstalled];
    const open = new Set(offered.map((offer) => offer.deliveryId));
    if (toChange.length === 0) return open;
    const installed = new Set(alreadyInstalled.map((offer) => offer.deliveryId));
    const fileIds = new Map(toChange.map((offer) => [offer.deliveryId, offer.fileId]));
    const repeating = alreadyInstalled.filter((offer) => offer.repeats).map((offer) => offer.assignmentId);
    const now = this.clock.now();
    await this.outbox.transaction(async (tx) => {
      // Before the deliveries, as everywhere.
      if (repeating.length > 0) await this.assignments.lockAll(tx.manager, repeating);
      const found = await this.deliveries.lock(tx.manager, [...fileIds.keys()]);
      // Somebody put it away since it was read: then the device must not hear of it.
      for (const { deliveryId, archiveId } of found) if (archiveId !== null) open.delete(deliveryId);
      const locked = found.filter(({ archiveId }) => archiveId === null);
      const after = locked.map((delivery) =>
        installed.has(delivery.deliveryId) ? foundInHistory(delivery, now) : notify(delivery, now),
      );
      // Between the read and the lock another PROLOG may have told the device, or somebody withdrawn the delivery.
      for (const delivery of after) if (!isOpen(delivery)) open.delete(delivery.deliveryId);
      const news = after.filter((delivery, index) => changed(locked[index] ?? delivery, delivery));
      await this.deliveries.saveStatuses(tx.manager, news);
      publishDeliveries(tx, news, (delivery) => fileIds.get(delivery.deliveryId) ?? '', now);
      const ended = news.filter((delivery) => repeating.includes(delivery.assignmentId) && !isOpen(delivery));
      for (const delivery of ended) {
        const fileId = fileIds.get(delivery.deliveryId);
        if (fileId !== undefined) await this.nextAttempt.afterResult(tx, delivery, fileId);
      }
    });
    return open;
  }
}

/** What an agent says may be no file id, and then it is about no package of ours. */
function readKnowledge({ history, results, mayStart }: PackagesForDeviceRequest): AgentKnowledge {
  const reportedAt = new Map<FileId, Date>();
  for (const { fileId, at } of results) {
    const id = parseFileId(fileId);
    if (id !== null) reportedAt.set(id, new Date(at));
  }
  return { history: history.map(parseFileId).filter((id) => id !== null), reportedAt, mayStart };
}

function toMessage(offer: OfferCandidate, infoLocation: string): OfferedPackageMessage {
  return {
    fileId: offer.fileId,
    infoLocation,
    packLocation: offer.fragmentLocation,
    force: offer.force,
    schedule: offer.schedule ?? '',
    postCommand: offer.postCommand ?? '',
  };
}
