import type { Words } from '../words.js';

/** What can be found at a location. The last three are warnings. */
export const LOCATION_FINDING_CODES = [
  'UNREACHABLE',
  'TIMEOUT',
  'BAD_REDIRECT',
  'WRONG_STATUS',
  'TLS_FAILED',
  'TLS_NOT_TRUSTED',
  'TLS_WRONG_NAME',
  'TLS_EXPIRED',
  'CA_FILE_UNREADABLE',
  'WRONG_LENGTH',
  'WRONG_DIGEST',
  'NOT_THE_INFO_FILE',
  'CERTIFICATE_ENDS_SOON',
  'DIGEST_UNKNOWN',
  'LENGTH_ONLY',
] as const;
export type LocationFindingCode = (typeof LOCATION_FINDING_CODES)[number];

export interface LocationFinding {
  readonly code: LocationFindingCode;
  readonly text: Words;
}

/** What a finding is about. */
export interface FindingFacts {
  readonly url: string;
  /** The system's own word, such as ECONNREFUSED, or a status. */
  readonly reason?: string;
  readonly expected?: string | number;
  readonly found?: string | number;
  readonly days?: number;
}

const WORDS: Record<LocationFindingCode, (facts: FindingFacts) => Words> = {
  UNREACHABLE: ({ url, reason }) => ({
    en: `${url} does not answer (${reason}).`,
    fr: `${url} ne répond pas (${reason}).`,
  }),
  TIMEOUT: ({ url }) => ({
    en: `${url} did not answer in time.`,
    fr: `${url} n'a pas répondu à temps.`,
  }),
  BAD_REDIRECT: ({ url, reason }) => ({
    en: `${url} redirects where it cannot be followed (${reason}).`,
    fr: `${url} redirige là où on ne peut pas suivre (${reason}).`,
  }),
  WRONG_STATUS: ({ url, found }) => ({
    en: `${url} answers ${found}; agents need 200.`,
    fr: `${url} répond ${found} ; les agents attendent 200.`,
  }),
  TLS_FAILED: ({ url, reason }) => ({
    en: `${url} does not speak TLS as it should (${reason}).`,
    fr: `${url} ne parle pas TLS comme il faut (${reason}).`,
  }),
  TLS_NOT_TRUSTED: ({ url, reason }) => ({
    en: `The certificate at ${url} is not signed by the authority that agents trust (${reason}).`,
    fr: `Le certificat de ${url} n'est pas signé par l'autorité à laquelle les agents font confiance (${reason}).`,
  }),
  TLS_WRONG_NAME: ({ url }) => ({
    en: `The certificate at ${url} is for another name.`,
    fr: `Le certificat de ${url} est établi pour un autre nom.`,
  }),
  TLS_EXPIRED: ({ url, reason }) => ({
    en: `The certificate at ${url} is not valid now (${reason}).`,
    fr: `Le certificat de ${url} n'est pas valide actuellement (${reason}).`,
  }),
  CA_FILE_UNREADABLE: ({ reason }) => ({
    en: `The file with the authority that agents trust cannot be read on this server (${reason}).`,
    fr: `Le fichier de l'autorité à laquelle les agents font confiance est illisible sur ce serveur (${reason}).`,
  }),
  WRONG_LENGTH: ({ url, expected, found }) => ({
    en: `${url} has ${found} bytes, but ${expected} were built.`,
    fr: `${url} fait ${found} octets au lieu des ${expected} construits.`,
  }),
  WRONG_DIGEST: ({ url }) => ({
    en: `${url} has the right length but other bytes than those that were built.`,
    fr: `${url} a la bonne longueur mais un autre contenu que celui qui a été construit.`,
  }),
  NOT_THE_INFO_FILE: ({ url, expected }) => ({
    en: `${url} is not the info file of package ${expected}.`,
    fr: `${url} n'est pas le fichier info du paquet ${expected}.`,
  }),
  CERTIFICATE_ENDS_SOON: ({ url, days }) => ({
    en: `The certificate at ${url} ends in ${days} ${days === 1 ? 'day' : 'days'}; agents will then refuse the info file.`,
    fr: `Le certificat de ${url} expire dans ${days} ${(days ?? 0) < 2 ? 'jour' : 'jours'} ; les agents refuseront alors le fichier info.`,
  }),
  DIGEST_UNKNOWN: ({ url }) => ({
    en: `The digest of ${url} is not known, because the package was built by an earlier version; only the answer was checked.`,
    fr: `L'empreinte de ${url} n'est pas connue, car le paquet vient d'une version antérieure ; seule la réponse a été vérifiée.`,
  }),
  LENGTH_ONLY: ({ url, reason }) => ({
    en: `Of ${url} only the length was checked, not every byte (${reason}).`,
    fr: `De ${url} seule la longueur a été vérifiée, pas chaque octet (${reason}).`,
  }),
};

/** A finding with its words. */
export function finding(code: LocationFindingCode, facts: FindingFacts): LocationFinding {
  return { code, text: WORDS[code](facts) };
}
