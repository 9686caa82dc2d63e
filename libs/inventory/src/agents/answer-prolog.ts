import { activationRpc, type ActivationRpc, type OfferedPackageMessage } from '@entrepot/contracts';
import { AppError, Clock, parseFileId } from '@entrepot/kernel';
import type { OfferedPackage, PrologReply, PrologRequest } from '@entrepot/ocs-wire';
import { Log } from '@entrepot/platform-telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { INVENTORY_ERRORS } from '../errors.js';
import { INVENTORY_OPTIONS, type InventoryOptions } from '../inventory-options.js';
import { ipdiscoverOptions } from '../network/ipdiscover-option.js';
import { RegistryQueryStore } from '../network/registry-query-store.js';
import { SettingStore } from '../settings/setting-store.js';
import type { SettingValues } from '../settings/settings.registry.js';
import { ValuesOfDevices } from '../settings/values-of-devices.js';
import { MaintenanceWindowStore } from '../windows/maintenance-window-store.js';
import { isAllowedAgent } from './allowed-agent.js';
import { CallingDevices, type CallingDevice } from './calling-devices.js';
import { ContactBook } from './contact-book.js';
import type { Peer } from './peer.js';
import { decideProlog } from './prolog-decision.js';
import { withinTime } from './within-time.js';

/** Answers "what am I to do?" (OCS-PROTOCOL.md §2.2 to §2.6). */
@Injectable()
export class AnswerProlog {
  constructor(
    private readonly devices: CallingDevices,
    private readonly settings: SettingStore,
    private readonly values: ValuesOfDevices,
    private readonly windows: MaintenanceWindowStore,
    private readonly registry: RegistryQueryStore,
    private readonly contacts: ContactBook,
    @Inject(activationRpc.token) private readonly activation: ActivationRpc,
    @Inject(INVENTORY_OPTIONS) private readonly options: InventoryOptions,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** @throws AppError INVENTORY_AGENT_REFUSED when agents are listed and this one is not */
  async execute(request: PrologRequest, peer: Peer): Promise<PrologReply> {
    const [global, device] = await Promise.all([
      this.settings.current(),
      this.devices.find(request.deviceId),
    ]);
    if (!isAllowedAgent(global.ALLOWED_AGENTS, peer.userAgent)) {
      throw new AppError(INVENTORY_ERRORS.INVENTORY_AGENT_REFUSED, 'The user agent is not on the list.', {
        userAgent: peer.userAgent,
      });
    }
    const now = this.clock.now();
    if (device !== null) this.contacts.note(device.id, now, peer, 'prolog');
    const settings = device === null ? global : await this.values.one(device, global);
    const decision = decideProlog({
      frequencyDays: settings.FREQUENCY,
      known: device !== null,
      lastInventoryDate: device === null ? null : new Date(device.inventoryDate),
      now,
    });
    const { send, options } = decision;
    const reply = {
      prologFreqHours: settings.PROLOG_FREQ,
      inventoryOnStartup: settings.INVENTORY_ON_STARTUP,
      send,
    };
    if (!options) return { ...reply, download: null, registry: [], ipdiscover: null };
    return {
      ...reply,
      download: await this.downloadOptions(settings, device, now),
      registry: settings.REGISTRY ? await this.registry.current() : [],
      ipdiscover: device === null ? null : ipdiscoverOptions(settings, device, peer.userAgent),
    };
  }

  private async downloadOptions(
    settings: SettingValues,
    device: CallingDevice | null,
    now: Date,
  ): Promise<PrologReply['download']> {
    const on = settings.DOWNLOAD && settings.DOWNLOAD_SWITCH;
    return {
      on,
      cycleLatency: settings.DOWNLOAD_CYCLE_LATENCY,
      fragLatency: settings.DOWNLOAD_FRAG_LATENCY,
      periodLatency: settings.DOWNLOAD_PERIOD_LATENCY,
      periodLength: settings.DOWNLOAD_PERIOD_LENGTH,
      timeoutDays: settings.DOWNLOAD_TIMEOUT,
      executionTimeoutMinutes: settings.DOWNLOAD_EXECUTION_TIMEOUT,
      packages: on && device !== null ? await this.packagesFor(device, now) : [],
    };
  }

  /** An agent without packages comes again; an agent without a reply sends no inventory either. */
  private async packagesFor(device: CallingDevice, now: Date): Promise<OfferedPackage[]> {
    const { id, downloadHistory, results, groupIds } = device;
    try {
      const mayStart = await this.windows.mayStart(groupIds, now);
      const reply = await withinTime(
        this.activation.packagesForDevice({
          deviceId: id,
          history: downloadHistory ?? [],
          results: results ?? [],
          mayStart,
        }),
        this.options.activationDeadlineMs,
      );
      return reply.packages.flatMap(toOffer);
    } catch (error) {
      this.log.warn(
        { deviceId: id, err: error },
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
