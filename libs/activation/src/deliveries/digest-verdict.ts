import type { Words } from '../words.js';
import { moment } from './moment.js';

const NAMED_MAX = 5;

/** What is known of the bytes that this server has of a package. */
export interface VerifiedCopy {
  /** When everything was last read again. */
  readonly verifiedAt: Date | null;
  readonly damagedAt: Date | null;
  readonly damagedFiles: readonly string[];
}

/**
 * Who is wrong when a machine says that the bytes are: this server, which reads its own copy again after such a report,
 * or something between it and the machine.
 * @param doubtedAt when the machine said so
 */
export function digestVerdict({ verifiedAt, damagedAt, damagedFiles }: VerifiedCopy, doubtedAt: Date): Words {
  if (damagedAt !== null) {
    const files = damagedFiles.slice(0, NAMED_MAX).join(', ');
    return {
      en: `Our own copy is damaged (${files}): it is no longer served; repair it or build a new version.`,
      fr: `Notre propre copie est endommagée (${files}) : elle n'est plus servie ; réparez-la ou construisez une nouvelle version.`,
    };
  }
  if (verifiedAt === null || verifiedAt < doubtedAt)
    return {
      en: 'Our own copy is being read again to see who is wrong.',
      fr: "Notre propre copie est en cours de relecture pour savoir d'où vient l'erreur.",
    };
  const at = moment(verifiedAt);
  return {
    en: `Our own copy is intact, read again at ${at}: look at the proxy cache, at other places that serve the fragments, and at the disk of the machine.`,
    fr: `Notre propre copie est intacte, relue le ${at} : regardez le cache du proxy, les autres serveurs de fragments et le disque de la machine.`,
  };
}
