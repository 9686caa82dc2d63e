import { activationRpc, type ActivationRpc, type OfferedPackageMessage } from '@entrepot/contracts';
import { AppError, Clock, parseFileId } from '@entrepot/kernel';
import type { OfferedPackage, PrologReply, PrologRequest } from '@entrepot/ocs-wire';
import { Log } from '@entrepot/platform-telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { INVENTORY_ERRORS } from '../errors.js';
import { INVENTORY_OPTIONS, type InventoryOptions } from '../inventory-options.js';
import { ipdiscoverOptions } from '../network/ipdiscover-option.js';
import { RegistryQueryStore } from '../network/registry-query-store.js';
import { applyOffers, collectOffers, type OwnLevel } from '../settings/own-levels.js';
import { OverrideStore } from '../settings/override-store.js';
import { SettingStore } from '../settings/setting-store.js';
import type { SettingValues } from '../settings/settings.registry.js';
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
    private readonly overrides: OverrideStore,
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
    const settings = device === null ? global : await this.settingsOf(device, global);
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
      download: await this.downloadOptions(settings, device),
      registry: settings.REGISTRY ? await this.registry.current() : [],
      ipdiscover: device === null ? null : ipdiscoverOptions(settings, device, peer.userAgent),
    };
  }

  private async settingsOf(device: CallingDevice, global: SettingValues): Promise<SettingValues> {
    if (device.settings === null && device.groupIds === null) return global;
    const levels: OwnLevel[] = [];
    if (device.settings !== null)
      levels.push({ groupId: null, overrides: this.overrides.readOwn(device.settings) });
    if (device.groupIds !== null) {
      const all = await this.overrides.ofGroups();
      for (const groupId of device.groupIds) {
        const overrides = all.get(groupId);
        if (overrides !== undefined) levels.push({ groupId, overrides });
      }
    }
    return applyOffers(global, collectOffers(levels));
  }

  private async downloadOptions(
    settings: SettingValues,
    device: CallingDevice | null,
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
      packages: on && device !== null ? await this.packagesFor(device) : [],
    };
  }

  /** An agent without packages comes again; an agent without a reply sends no inventory either. */
  private async packagesFor({ id, downloadHistory, results }: CallingDevice): Promise<OfferedPackage[]> {
    try {
      const reply = await withinTime(
        this.activation.packagesForDevice({
          deviceId: id,
          history: downloadHistory ?? [],
          results: results ?? [],
          mayStart: true,
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
