import type { DownloadPace } from '@entrepot/contracts';
import type { SettingValues } from '../settings/settings.registry.js';

/** How a device downloads by the settings that count for it; one without options in its PROLOG (§2.3) does not at all. */
export function downloadPaceOf(settings: SettingValues): DownloadPace {
  return {
    on: settings.DOWNLOAD && settings.DOWNLOAD_SWITCH && settings.FREQUENCY !== -1,
    cycleLatency: settings.DOWNLOAD_CYCLE_LATENCY,
    fragLatency: settings.DOWNLOAD_FRAG_LATENCY,
    periodLatency: settings.DOWNLOAD_PERIOD_LATENCY,
    periodLength: settings.DOWNLOAD_PERIOD_LENGTH,
    timeoutDays: settings.DOWNLOAD_TIMEOUT,
  };
}

/** The settings that `downloadPaceOf` reads. */
export const PACE_KEYS = [
  ...['DOWNLOAD', 'DOWNLOAD_SWITCH', 'FREQUENCY', 'DOWNLOAD_CYCLE_LATENCY', 'DOWNLOAD_FRAG_LATENCY'],
  ...['DOWNLOAD_PERIOD_LATENCY', 'DOWNLOAD_PERIOD_LENGTH', 'DOWNLOAD_TIMEOUT'],
] as const;
