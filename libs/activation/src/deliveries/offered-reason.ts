import type { Words } from '../words.js';
import type { DeliveryReason } from './delivery-reason.js';
import { stageOf, type StageFacts } from './delivery-stage.js';
import { moment } from './moment.js';
import { decodeResult } from './result-words.js';

const MINUTE_MS = 60_000;
/** Agents fetch the info file as soon as they are told. */
const INFO_SOON_MS = 10 * MINUTE_MS;
/** Slow latencies make minutes of pause between fragments, not days. */
const STALLED_MS = 24 * 60 * MINUTE_MS;

/** What is known of a device that was told of a package and has no result yet. */
export interface OfferFacts {
  readonly code: string | null;
  /** Whether this server would see that the device fetches the info file. */
  readonly infoSeen: boolean;
  readonly infoAddress: string | null;
  readonly schedule: string | null;
  /** The assignment or the activation was taken back after the device had been told. */
  readonly takenBack: boolean;
  readonly operatingSystem: string;
}

/** Why a delivery that the device was told of has no result yet. */
export function offeredReason(facts: StageFacts & OfferFacts, since: Date, now: Date): DeliveryReason {
  const { severity, text } = told(facts, since, now);
  if (!facts.takenBack) return { severity, text };
  return {
    severity,
    text: {
      en: `${text.en} It was taken back after the device had been told, which may install it all the same.`,
      fr: `${text.fr} Il a été retiré après que la machine en a été informée ; elle peut l'installer malgré tout.`,
    },
  };
}

function told(facts: StageFacts & OfferFacts, since: Date, now: Date): DeliveryReason {
  const age = now.getTime() - since.getTime();
  switch (stageOf(facts)) {
    case 'offered':
      return offered(facts, since, age);
    case 'info-fetched':
      return { severity: 'info', text: infoFetched(facts, since) };
    case 'downloading':
      return downloading(facts, now);
    default:
      return { severity: 'info', text: downloaded(facts, since) };
  }
}

function offered({ code, operatingSystem, infoSeen }: OfferFacts, since: Date, age: number): DeliveryReason {
  if (code !== null) return decodeResult(code, operatingSystem);
  const at = moment(since);
  if (!infoSeen)
    return {
      severity: 'info',
      text: {
        en: `The device was told at ${at}. What is fetched at its info location is not seen here.`,
        fr: `La machine en a été informée le ${at}. Ce qui est téléchargé à son emplacement info n'est pas visible ici.`,
      },
    };
  if (age < INFO_SOON_MS)
    return {
      severity: 'info',
      text: { en: `The device was told at ${at}.`, fr: `La machine en a été informée le ${at}.` },
    };
  return {
    severity: 'warning',
    text: {
      en: `The device was told at ${at} but has never fetched the info file. That it does not trust the certificate (TLS, CA file) is the usual reason; Windows agents report nothing then. Downloads may also be off on it.`,
      fr: `La machine en a été informée le ${at} mais n'a jamais récupéré le fichier info. La cause habituelle est un certificat auquel elle ne fait pas confiance (TLS, fichier CA) ; les agents Windows ne signalent rien dans ce cas. Les téléchargements peuvent aussi y être désactivés.`,
    },
  };
}

function infoFetched({ infoAddress }: OfferFacts, since: Date): Words {
  const at = moment(since);
  return {
    en: `The info file was fetched at ${at} by ${infoAddress}, and no fragment by that address. Through a proxy cache fragments are not seen here; otherwise it waits for its turn (latencies, priority), or cannot reach the fragment location.`,
    fr: `Le fichier info a été récupéré le ${at} par ${infoAddress}, mais aucun fragment par cette adresse. À travers un cache proxy les fragments ne sont pas visibles ici ; sinon la machine attend son tour (latences, priorité) ou n'atteint pas l'emplacement des fragments.`,
  };
}

function downloading(facts: StageFacts & OfferFacts, now: Date): DeliveryReason {
  const { fetched, fragments, infoAddress, lastFetchedAt } = facts;
  const last = lastFetchedAt ?? now;
  const of = {
    en: fragments === null ? '' : ` of ${fragments}`,
    fr: fragments === null ? '' : ` sur ${fragments}`,
  };
  const at = moment(last);
  const text = {
    en: `${fetched}${of.en} fragments were fetched by ${infoAddress}, the last at ${at}.`,
    fr: `${fetched}${of.fr} fragments récupérés par ${infoAddress}, le dernier le ${at}.`,
  };
  if (now.getTime() - last.getTime() < STALLED_MS) return { severity: 'info', text };
  return {
    severity: 'warning',
    text: {
      en: `${text.en} Nothing has come since: the machine is off, or fetches elsewhere, or cannot reach the fragment location.`,
      fr: `${text.fr} Plus rien depuis : la machine est éteinte, télécharge ailleurs ou n'atteint plus l'emplacement des fragments.`,
    },
  };
}

function downloaded({ fragments, schedule }: StageFacts & OfferFacts, since: Date): Words {
  const at = moment(since);
  const fetched =
    fragments === 0
      ? {
          en: `The info file was fetched at ${at}; there is nothing else to fetch.`,
          fr: `Le fichier info a été récupéré le ${at} ; il n'y a rien d'autre à récupérer.`,
        }
      : { en: `All fragments were fetched by ${at}.`, fr: `Tous les fragments étaient récupérés le ${at}.` };
  if (schedule !== null)
    return {
      en: `${fetched.en} A Windows agent acts at its first run after ${schedule}, others at once; then it reports.`,
      fr: `${fetched.fr} Un agent Windows agit à sa première exécution après le ${schedule}, les autres aussitôt ; il rendra compte ensuite.`,
    };
  return {
    en: `${fetched.en} The agent checks it, acts at its next step and reports then.`,
    fr: `${fetched.fr} L'agent vérifie, agit à sa prochaine étape puis rend compte.`,
  };
}
