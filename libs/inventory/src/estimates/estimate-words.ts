import type { BothLanguages } from '../settings/setting-definition.js';
import type { NeverReason } from './download-estimate.schemas.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = [
  { seconds: DAY, from: 2 * DAY, en: 'day', fr: 'jour' },
  { seconds: HOUR, from: 2 * HOUR, en: 'hour', fr: 'heure' },
  { seconds: MINUTE, from: 2 * MINUTE, en: 'minute', fr: 'minute' },
] as const;

/** A duration as people say it, such as `about 10 minutes`. */
export function durationWords(seconds: number): BothLanguages {
  const unit = UNITS.find(({ from }) => seconds >= from);
  // In French 0 is singular too.
  if (unit === undefined)
    return {
      en: `${seconds} second${seconds === 1 ? '' : 's'}`,
      fr: `${seconds} seconde${seconds < 2 ? '' : 's'}`,
    };
  const count = Math.round(seconds / unit.seconds);
  return { en: `about ${count} ${unit.en}s`, fr: `environ ${count} ${unit.fr}s` };
}

/** Why a device will never download a package. */
export function neverWords(reason: NeverReason, priority: number): BothLanguages {
  return reason === 'switched-off'
    ? {
        en: 'Never: downloads are switched off (DOWNLOAD, DOWNLOAD_SWITCH or FREQUENCY -1).',
        fr: 'Jamais : le télédéploiement est désactivé (DOWNLOAD, DOWNLOAD_SWITCH ou FREQUENCY à -1).',
      }
    : {
        en: `Never: the priority ${priority} is above DOWNLOAD_PERIOD_LENGTH; the package would stay notified for ever.`,
        fr: `Jamais : la priorité ${priority} dépasse DOWNLOAD_PERIOD_LENGTH ; le paquet resterait notifié indéfiniment.`,
      };
}

/** What is said of devices that would give the package up before they have it. */
export function timeoutWords(count: number | null): BothLanguages {
  const advice = {
    en: 'make fewer fragments, or shorten the latencies',
    fr: 'réduisez le nombre de fragments ou les latences',
  };
  return count === null
    ? {
        en: `Agents give a package up after DOWNLOAD_TIMEOUT days (ERR_TIMEOUT), before it is there: ${advice.en}.`,
        fr: `Les agents abandonnent un paquet après DOWNLOAD_TIMEOUT jours (ERR_TIMEOUT), avant de l’avoir : ${advice.fr}.`,
      }
    : {
        en: `Devices that give the package up after DOWNLOAD_TIMEOUT days (ERR_TIMEOUT), before it is there: ${count}. To avoid it, ${advice.en}.`,
        fr: `Machines qui abandonneront le paquet après DOWNLOAD_TIMEOUT jours (ERR_TIMEOUT), avant de l’avoir : ${count}. Pour l’éviter, ${advice.fr}.`,
      };
}
