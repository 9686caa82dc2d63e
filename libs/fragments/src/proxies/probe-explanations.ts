import type { Bilingual, ProbeProblem, ProbeResult } from './probe-result.js';

/**
 * Says what a probe found, and what to do about it.
 * @param detail the status, or what the network said
 */
export function explainProbe(
  problem: ProbeProblem | null,
  cached: ProbeResult['cached'],
  detail: string,
): Bilingual {
  if (problem !== null) return PROBLEMS[problem](detail);
  return cached === 'hit' ? FROM_CACHE : UNTOLD;
}

const FROM_CACHE: Bilingual = {
  en: 'The second answer came from its cache, and every byte is right.',
  fr: 'La deuxième réponse vient de son cache, et chaque octet est juste.',
};

const UNTOLD: Bilingual = {
  en: 'Every byte is right, but no header (X-Cache, Cache-Status, Age) tells whether it came from the cache.',
  fr: 'Chaque octet est juste, mais aucun en-tête (X-Cache, Cache-Status, Age) ne dit si la réponse vient du cache.',
};

const PROBLEMS: Readonly<Record<ProbeProblem, (detail: string) => Bilingual>> = {
  unreachable: (detail) => ({
    en: `No connection from this server (${detail}). Agents of its site may reach it nevertheless.`,
    fr: `Pas de connexion depuis ce serveur (${detail}). Les agents du site peuvent tout de même l'atteindre.`,
  }),
  timeout: (detail) => ({
    en: `It did not answer to the end within ${detail}.`,
    fr: `Il n'a pas répondu jusqu'au bout en ${detail}.`,
  }),
  password: () => ({
    en: 'It wants a user name and a password, which this server does not keep. It answers, but cannot be checked further from here.',
    fr: "Il demande un nom d'utilisateur et un mot de passe, que ce serveur ne garde pas. Il répond, mais on ne peut pas vérifier davantage d'ici.",
  }),
  refused: () => ({
    en: 'It refuses this server (403). Its access rules may let in the agents of its site only.',
    fr: "Il refuse ce serveur (403). Ses règles d'accès n'admettent peut-être que les agents de son site.",
  }),
  'not-found': () => ({
    en: 'It answers that there is no such file (404). An accelerator must have this server as its origin and the same path.',
    fr: "Il répond que ce fichier n'existe pas (404). Un accélérateur doit avoir ce serveur pour origine, et le même chemin.",
  }),
  'origin-unreachable': (detail) => ({
    en: `It cannot reach this server at the fragment location (status ${detail}). Check name resolution and firewalls of its site.`,
    fr: `Il ne peut pas atteindre ce serveur à l'emplacement des fragments (statut ${detail}). Vérifiez la résolution de noms et les pare-feu de son site.`,
  }),
  status: (detail) => ({
    en: `It answered with status ${detail}. Agents need 200.`,
    fr: `Il a répondu avec le statut ${detail}. Il faut 200 aux agents.`,
  }),
  'wrong-bytes': () => ({
    en: 'What it gave is not what is published: its copy is damaged, or it changes what it passes on. Purge it.',
    fr: "Ce qu'il a donné n'est pas ce qui est publié : sa copie est abîmée, ou il modifie ce qu'il transmet. Purgez-le.",
  }),
  'misleading-header': (detail) => ({
    en: `Every byte is right, but its header ${detail} has "HTTP/" in it, which Windows agents take for the status. Switch that header off.`,
    fr: `Chaque octet est juste, mais son en-tête ${detail} contient « HTTP/ », que les agents Windows prennent pour le statut. Désactivez cet en-tête.`,
  }),
  'not-cached': () => ({
    en: 'It passes on what is right, but does not keep it. In squid, maximum_object_size must be above the size of a fragment (it is 4 MB unless set).',
    fr: "Il transmet ce qui est juste, mais ne le garde pas. Avec squid, maximum_object_size doit dépasser la taille d'un fragment (4 Mo par défaut).",
  }),
};
