import {
  activationRpc,
  type ActivationRpc,
  type OfferedPackageMessage,
  type ReportedResult,
} from '@entrepot/contracts';
import { AppError, Clock, parseFileId, type DeviceId } from '@entrepot/kernel';
import type { OfferedPackage, PrologReply, PrologRequest } from '@entrepot/ocs-wire';
import { Log } from '@entrepot/platform-telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { PreparedStatement } from '@entrepot/platform-database';
import { DataSource } from 'typeorm';
import { INVENTORY_ERRORS } from '../errors.js';
import { INVENTORY_OPTIONS, type InventoryOptions } from '../inventory-options.js';
import { OF_AGENT } from '../inventories/stored-device.js';
import { SettingStore } from '../settings/setting-store.js';
import type { SettingValues } from '../settings/settings.registry.js';
import { isAllowedAgent } from './allowed-agent.js';
import { ContactBook } from './contact-book.js';
import type { Peer } from './peer.js';
import { decideProlog } from './prolog-decision.js';
import { withinTime } from './within-time.js';

interface CallingDevice {
  readonly id: DeviceId;
  readonly inventoryDate: Date;
  readonly downloadHistory: readonly string[] | null;
  readonly results: readonly ReportedResult[] | null;
}

/** Answers "what am I to do?" (OCS-PROTOCOL.md §2.2 to §2.5). */
@Injectable()
export class AnswerProlog {
  constructor(
    private readonly database: DataSource,
    private readonly settings: SettingStore,
    private readonly contacts: ContactBook,
    @Inject(activationRpc.token) private readonly activation: ActivationRpc,
    @Inject(INVENTORY_OPTIONS) private readonly options: InventoryOptions,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** @throws AppError INVENTORY_AGENT_REFUSED when agents are listed and this one is not */
  async execute(request: PrologRequest, peer: Peer): Promise<PrologReply> {
    const [settings, device] = await Promise.all([this.settings.current(), this.find(request)]);
    if (!isAllowedAgent(settings.ALLOWED_AGENTS, peer.userAgent)) {
      throw new AppError(INVENTORY_ERRORS.INVENTORY_AGENT_REFUSED, 'The user agent is not on the list.', {
        userAgent: peer.userAgent,
      });
    }
    const now = this.clock.now();
    if (device !== null) this.contacts.note(device.id, now, peer);
    const decision = decideProlog({
      frequencyDays: settings.FREQUENCY,
      known: device !== null,
      lastInventoryDate: device?.inventoryDate ?? null,
      now,
    });
    const offered =
      decision.options && settings.DOWNLOAD && device !== null ? await this.packagesFor(device) : [];
    return {
      prologFreqHours: settings.PROLOG_FREQ,
      inventoryOnStartup: settings.INVENTORY_ON_STARTUP,
      send: decision.send,
      download: decision.options ? downloadOptions(settings, offered) : null,
    };
  }

  private async find({ deviceId }: PrologRequest): Promise<CallingDevice | null> {
    const [device] = await FIND_DEVICE.run(this.database, [deviceId]);
    return device ?? null;
  }

  /** An agent without packages comes again; an agent without a reply sends no inventory either. */
  private async packagesFor(device: CallingDevice): Promise<OfferedPackage[]> {
    try {
      const reply = await withinTime(
        this.activation.packagesForDevice({
          deviceId: device.id,
          history: device.downloadHistory ?? [],
          results: device.results ?? [],
        }),
        this.options.activationDeadlineMs,
      );
      return reply.packages.flatMap(toOffer);
    } catch (error) {
      this.log.warn(
        { deviceId: device.id, err: error },
        'A PROLOG is answered without packages: activation is away',
      );
      return [];
    }
  }
}

function toOffer(offered: OfferedPackageMessage): OfferedPackage[] {
  const fileId = parseFileId(offered.fileId);
  return fileId === null ? [] : [{ ...offered, fileId }];
}

function downloadOptions(settings: SettingValues, packages: OfferedPackage[]): PrologReply['download'] {
  return {
    on: settings.DOWNLOAD,
    cycleLatency: settings.DOWNLOAD_CYCLE_LATENCY,
    fragLatency: settings.DOWNLOAD_FRAG_LATENCY,
    periodLatency: settings.DOWNLOAD_PERIOD_LATENCY,
    periodLength: settings.DOWNLOAD_PERIOD_LENGTH,
    timeoutDays: settings.DOWNLOAD_TIMEOUT,
    executionTimeoutMinutes: settings.DOWNLOAD_EXECUTION_TIMEOUT,
    packages,
  };
}

const FIND_DEVICE = new PreparedStatement<CallingDevice>(
  'find-calling-device',
  `
  SELECT d.id, c.inventory_date AS "inventoryDate", h.file_ids AS "downloadHistory", (
    SELECT jsonb_agg(jsonb_build_object('fileId', r.file_id, 'at', r.reported_at))
    FROM download_result r WHERE r.device_id = d.id
  ) AS results
  FROM device d
  JOIN device_contact c ON c.device_id = d.id
  LEFT JOIN download_history h ON h.device_id = d.id
  WHERE ${OF_AGENT}`,
);
