import type { DownloadPace } from '@entrepot/contracts';
import {
  estimateDownload,
  planFragments,
  type DownloadEstimate,
  type FragmentPlan,
} from '@entrepot/ocs-wire';
import { Injectable } from '@nestjs/common';
import { SettingStore } from '../settings/setting-store.js';
import { downloadPaceOf } from '../targets/download-pace.js';
import { CountPaces, type Devices } from './count-paces.js';
import type { DownloadEstimateView, EstimateRequest } from './download-estimate.schemas.js';
import { durationWords, neverWords, timeoutWords } from './estimate-words.js';
import { summariseEstimates, type EstimatedDevices } from './summarise-estimates.js';

const DAY_SECONDS = 86_400;

interface EstimatedPace extends EstimatedDevices {
  readonly timeoutDays: number;
}

/** Says how an archive is cut, and how long devices will need for it (OCS-PROTOCOL.md §5.5). */
@Injectable()
export class EstimateDownloads {
  constructor(
    private readonly settings: SettingStore,
    private readonly paces: CountPaces,
  ) {}

  /** @throws AppError INVENTORY_GROUP_NOT_FOUND, INVENTORY_SEARCH_TOO_SLOW, INVENTORY_BUSY */
  async execute(request: EstimateRequest): Promise<DownloadEstimateView> {
    const { priority, operatingSystem } = request;
    const plan = planFragments(request.bytes, request.fragments);
    const pace = downloadPaceOf(await this.settings.current());
    const global = estimate(request, plan, pace, operatingSystem);
    const devices = await this.ofDevices(request, plan);
    const { never, seconds } = global;
    return {
      plan: planView(plan),
      global: {
        ...{ seconds, never },
        text: seconds === null ? neverWords(never ?? 'switched-off', priority) : durationWords(seconds),
      },
      devices: devices === null ? null : summariseEstimates(devices, priority),
      warnings: [
        ...(devices === null && tooLong(global, pace.timeoutDays) ? [timeoutWarning(null)] : []),
        ...timeoutWarnings(devices ?? []),
      ],
    };
  }

  private async ofDevices(request: EstimateRequest, plan: FragmentPlan): Promise<EstimatedPace[] | null> {
    const whose = devicesOf(request);
    if (whose === null) return null;
    const paces = await this.paces.execute(whose);
    return paces.map(({ pace, operatingSystem, count, deviceIds }) => ({
      estimate: estimate(request, plan, pace, operatingSystem || request.operatingSystem),
      timeoutDays: pace.timeoutDays,
      ...{ count, deviceIds },
    }));
  }
}

function devicesOf({ deviceIds, groupId }: EstimateRequest): Devices | null {
  if (deviceIds !== undefined) return { deviceIds };
  return groupId === undefined ? null : { groupId };
}

function planView(plan: FragmentPlan): DownloadEstimateView['plan'] {
  const { count } = plan;
  return count === 0
    ? { count, sizeBytes: 0, lastSizeBytes: 0 }
    : { count, sizeBytes: plan.sizeOf(1), lastSizeBytes: plan.sizeOf(count) };
}

function estimate(
  { priority, bytes, bytesPerSecond: given }: EstimateRequest,
  { count: fragments }: FragmentPlan,
  pace: DownloadPace,
  operatingSystem: string,
): DownloadEstimate {
  const bytesPerSecond = given ?? null;
  return estimateDownload({ pace, priority, fragments, bytes, bytesPerSecond, operatingSystem });
}

function tooLong({ seconds }: DownloadEstimate, timeoutDays: number): boolean {
  return seconds !== null && seconds > timeoutDays * DAY_SECONDS;
}

function timeoutWarnings(devices: readonly EstimatedPace[]): DownloadEstimateView['warnings'] {
  const late = devices.filter((some) => tooLong(some.estimate, some.timeoutDays));
  return late.length === 0 ? [] : [timeoutWarning(late.reduce((sum, { count }) => sum + count, 0))];
}

function timeoutWarning(count: number | null): DownloadEstimateView['warnings'][number] {
  return { code: 'LONGER_THAN_TIMEOUT', field: 'fragments', text: timeoutWords(count) };
}
