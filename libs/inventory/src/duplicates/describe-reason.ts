import { z } from 'zod';
import type { MatchReason } from './match-devices.js';

/** A text for screens. */
export const BOTH_LANGUAGES = z.object({ en: z.string(), fr: z.string() });

const TEXTS: Readonly<Record<MatchReason['criterion'], { readonly en: string; readonly fr: string }>> = {
  hostname: { en: 'Same name', fr: 'Même nom' },
  serial: { en: 'Same serial number', fr: 'Même numéro de série' },
  mac: { en: 'Same network adapter', fr: 'Même carte réseau' },
  uuid: { en: 'Same UUID', fr: 'Même UUID' },
  'asset-tag': { en: 'Same asset tag', fr: 'Même étiquette d’inventaire' },
  model: { en: 'Same model', fr: 'Même modèle' },
  declared: { en: 'The agent says that it was this device', fr: 'L’agent déclare avoir été cette machine' },
  contradiction: {
    en: 'But the name and all network adapters differ: it may be a copy of a disk',
    fr: 'Mais le nom et toutes les cartes réseau diffèrent : ce peut être un disque cloné',
  },
};

/** Says a reason in words: `Same serial number: 5CD0123456 (40 points)`. */
export function reasonText({ criterion, points, value }: MatchReason): { en: string; fr: string } {
  const { en, fr } = TEXTS[criterion];
  if (points === 0) return { en: `${en}: ${value}`, fr: `${fr} : ${value}` };
  return { en: `${en}: ${value} (${points} points)`, fr: `${fr} : ${value} (${points} points)` };
}
