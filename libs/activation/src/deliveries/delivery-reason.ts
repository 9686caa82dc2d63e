import type { Words } from '../words.js';
import type { HeldReason } from './delivery.js';
import { stageOf, stageSince, type StageFacts } from './delivery-stage.js';
import { digestVerdict, type VerifiedCopy } from './digest-verdict.js';
import { offeredReason, type OfferFacts } from './offered-reason.js';
import { moment } from './moment.js';
import { decodeResult, type Severity } from './result-words.js';

/** What the reason of a delivery's stage is read off. */
export interface ReasonFacts extends StageFacts, OfferFacts {
  /** Normalised. */
  readonly code: string | null;
  readonly reportedAt: Date | null;
  readonly held: HeldReason | null;
  /** Automatic retries that led to this attempt. */
  readonly retry: number;
  readonly operatingSystem: string;
  readonly copy: VerifiedCopy;
}

export interface DeliveryReason {
  /** `info` while there is no result and nothing is wrong. */
  readonly severity: 'info' | Severity;
  readonly text: Words;
}

const HELD: Record<Exclude<HeldReason, 'damaged'>, Words> = {
  window: {
    en: "It is outside the maintenance windows of the device's groups; it is offered at the first contact inside one.",
    fr: 'Hors des fenêtres de maintenance des groupes de la machine ; il sera proposé au premier contact dans une fenêtre.',
  },
  order: {
    en: 'It waits until the package before it has succeeded on the device.',
    fr: 'Il attend que le paquet qui le précède ait réussi sur la machine.',
  },
  'order-failed': {
    en: 'The package before it has failed on the device; it waits until an attempt of that succeeds. Unless a retry is due, assign that one again or withdraw this one.',
    fr: 'Le paquet qui le précède a échoué sur la machine ; il attend qu’une tentative réussisse. Sauf nouvelle tentative prévue, affectez celui-là de nouveau ou retirez celui-ci.',
  },
  'order-missing': {
    en: 'The package before it is not assigned to the device, or no more; it waits until that has succeeded there. Assign that one, or withdraw this one.',
    fr: 'Le paquet qui le précède n’est pas, ou plus, affecté à la machine ; il attend qu’il y réussisse. Affectez celui-là, ou retirez celui-ci.',
  },
  limit: {
    en: 'Many packages are open on the device; it is offered once those before it are done.',
    fr: 'Beaucoup de paquets sont en cours sur la machine ; il sera proposé quand les précédents seront terminés.',
  },
  retry: {
    en: 'It is tried again at the next contact of the device.',
    fr: 'Il sera retenté au prochain contact de la machine.',
  },
  repeat: {
    en: 'It runs again after the next contact of the device.',
    fr: 'Il sera relancé après le prochain contact de la machine.',
  },
};

/** These do not end by themselves. */
const NEEDS_SOMEBODY: ReadonlySet<HeldReason> = new Set(['order-failed', 'order-missing']);

/** Why a delivery is where it is, in words, and what to do. */
export function reasonOf(facts: ReasonFacts, now: Date): DeliveryReason {
  switch (stageOf(facts)) {
    case 'archived':
      return archivedReason(facts, now);
    case 'waiting':
      return waitingReason(facts, now);
    case 'succeeded':
    case 'failed':
      return resultReason(facts);
    case 'withdrawn':
      return info(
        'It was taken back before the device was told.',
        "Il a été retiré avant que la machine n'en soit informée.",
      );
    case 'superseded':
      return supersededReason(facts);
    default:
      return offeredReason(facts, stageSince(facts), now);
  }
}

function archivedReason(facts: ReasonFacts, now: Date): DeliveryReason {
  const { severity, text } = reasonOf({ ...facts, archivedAt: null }, now);
  return { severity, text: { en: `Put away. ${text.en}`, fr: `Archivé. ${text.fr}` } };
}

function waitingReason({ held, notBefore, retry, copy }: ReasonFacts, now: Date): DeliveryReason {
  if (notBefore !== null && notBefore > now) {
    const at = moment(notBefore);
    if (retry > 0)
      return info(
        `Retry ${retry} is offered from ${at} on.`,
        `Le nouvel essai ${retry} sera proposé à partir du ${at}.`,
      );
    return info(
      `The next run is offered from ${at} on.`,
      `La prochaine exécution sera proposée à partir du ${at}.`,
    );
  }
  if (held === 'damaged' && copy.damagedAt !== null) {
    const files = copy.damagedFiles.slice(0, 5).join(', ');
    return {
      severity: 'warning',
      text: {
        en: `Stored bytes of the package are damaged (${files}); nobody else is told of it until they are repaired.`,
        fr: `Des octets stockés du paquet sont endommagés (${files}) ; il n'est plus proposé à personne tant qu'ils ne sont pas réparés.`,
      },
    };
  }
  if (held !== null && held !== 'damaged') {
    return { severity: NEEDS_SOMEBODY.has(held) ? 'warning' : 'info', text: HELD[held] };
  }
  return info(
    'It waits for the next contact of the device. If that lasts, see when the device last called.',
    'Il attend le prochain contact de la machine. Si cela dure, regardez la date de son dernier contact.',
  );
}

function resultReason({ code, operatingSystem, copy, reportedAt }: ReasonFacts): DeliveryReason {
  const decoded = decodeResult(code ?? '', operatingSystem);
  if (code !== 'ERR_BAD_DIGEST' || reportedAt === null) return decoded;
  const verdict = digestVerdict(copy, reportedAt);
  const text = { en: `${decoded.text.en} ${verdict.en}`, fr: `${decoded.text.fr} ${verdict.fr}` };
  return { severity: decoded.severity, text };
}

function supersededReason({ code, operatingSystem }: ReasonFacts): DeliveryReason {
  const base = { en: 'A newer attempt took its place.', fr: 'Une tentative plus récente a pris sa place.' };
  if (code === null) return { severity: 'info', text: base };
  const { text } = decodeResult(code, operatingSystem);
  return info(`${base.en} It had reported: ${text.en}`, `${base.fr} Elle avait signalé : ${text.fr}`);
}

function info(en: string, fr: string): DeliveryReason {
  return { severity: 'info', text: { en, fr } };
}
