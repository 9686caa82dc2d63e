import { planFragments } from '@entrepot/ocs-wire';
import { z } from 'zod';
import { actionLimit, type FragmentChoice } from './package-settings.js';
import type { PackageEntity } from './package.entity.js';

/** Something that agents of the package's operating system will ignore or trip over. */
export const packageWarning = z.object({
  /** Stable, for programs. */
  code: z.string(),
  /** The setting that it is about, by its path. */
  field: z.string(),
  text: z.object({ en: z.string(), fr: z.string() }),
});

export type PackageWarning = z.output<typeof packageWarning>;

/** What warnings are about. */
export type WarnedSettings = Pick<
  PackageEntity,
  'operatingSystem' | 'action' | 'protocol' | 'priority' | 'notify' | 'needDoneAction' | 'fragments'
>;

/** What is known of the archive; null while nothing is. */
export interface WarnedArchive {
  /** Bytes. */
  readonly size: number | null;
  /** As the sender calls it. */
  readonly fileName: string | null;
}

interface Text {
  readonly en: string;
  readonly fr: string;
}

/** An agent resumes a download at the beginning of a fragment: with larger ones much is lost each time. */
const LARGE_FRAGMENT_BYTES = 100_000_000;
const VARIABLE = /%[^%]+%/;
const ALWAYS_SUCCEEDS = /(?:;|\|\|)\s*(?:exit\s+0|true|:)\s*;?$/;
const HYPHEN_IN_FILE_NAME = /^\S*-/;
const ZIP = /\.zip$/i;

/** What agents will ignore or trip over, in words (OCS-PROTOCOL.md §4.5, §5.2, §5.5). */
export function packageWarnings(settings: WarnedSettings, archive: WarnedArchive): PackageWarning[] {
  return [
    ...(settings.operatingSystem === 'windows' ? windowsWarnings(settings) : unixWarnings(settings, archive)),
    ...commonWarnings(settings, archive),
  ];
}

function windowsWarnings(settings: WarnedSettings): PackageWarning[] {
  const warnings: PackageWarning[] = [];
  const limit = actionLimit(settings.operatingSystem, settings.action);
  if (limit !== null && VARIABLE.test(limit.text))
    warnings.push(
      warning('VARIABLES_CUT', `action.${limit.field}`, {
        en: `Windows agents cut it after ${limit.max} characters once its %VARIABLES% are filled in.`,
        fr: `Les agents Windows le coupent après ${limit.max} caractères une fois ses %VARIABLES% remplacées.`,
      }),
    );
  if (settings.notify !== null && settings.notify.countdown === null)
    warnings.push(
      warning('COUNTDOWN_DEFAULT', 'notify.countdown', {
        en: 'Without a countdown Windows agents go on after 120 seconds.',
        fr: 'Sans compte à rebours, les agents Windows continuent après 120 secondes.',
      }),
    );
  return warnings;
}

function unixWarnings(settings: WarnedSettings, { fileName }: WarnedArchive): PackageWarning[] {
  const warnings: PackageWarning[] = [];
  if (settings.notify !== null)
    warnings.push(
      warning('NOTIFY_IGNORED', 'notify', {
        en: 'Only Windows agents notify the user; others ignore it.',
        fr: 'Seuls les agents Windows avertissent l’utilisateur ; les autres l’ignorent.',
      }),
    );
  if (settings.needDoneAction !== null)
    warnings.push(
      warning('NEED_DONE_ACTION_IGNORED', 'needDoneAction', {
        en: 'Only Windows agents show a message after the action; others ignore it.',
        fr: 'Seuls les agents Windows affichent un message après l’action ; les autres l’ignorent.',
      }),
    );
  if (fileName !== null && ZIP.test(fileName))
    warnings.push(
      warning('ZIP_NEEDS_UNZIP', 'hasArchive', {
        en: 'Unix agents open a zip only where the program unzip is installed; a tar.gz opens everywhere.',
        fr: 'Les agents Unix n’ouvrent un zip que si le programme unzip est installé ; un tar.gz s’ouvre partout.',
      }),
    );
  return [...warnings, ...unixActionWarnings(settings)];
}

function unixActionWarnings({ action }: WarnedSettings): PackageWarning[] {
  switch (action.kind) {
    case 'STORE':
      return [];
    case 'EXECUTE':
      return ALWAYS_SUCCEEDS.test(action.command)
        ? [
            warning('ALWAYS_SUCCEEDS', 'action.command', {
              en: 'This command always ends with 0: agents report SUCCESS also when it failed.',
              fr: 'Cette commande se termine toujours par 0 : les agents annoncent SUCCESS même si elle a échoué.',
            }),
          ]
        : [];
    case 'LAUNCH':
      return [
        ...(HYPHEN_IN_FILE_NAME.test(action.name)
          ? [
              warning('NAME_ENDS_AT_HYPHEN', 'action.name', {
                en: 'Unix agents end the file name at the first hyphen.',
                fr: 'Les agents Unix arrêtent le nom du fichier au premier tiret.',
              }),
            ]
          : []),
        warning('EXIT_CODE_SUCCEEDS', 'action.name', {
          en: 'Unix agents report SUCCESS_n for every exit code n, also when n says that it failed.',
          fr: 'Les agents Unix annoncent SUCCESS_n pour tout code de sortie n, même si n signale un échec.',
        }),
      ];
  }
}

function commonWarnings(
  { priority, protocol, fragments }: WarnedSettings,
  { size }: WarnedArchive,
): PackageWarning[] {
  const warnings: PackageWarning[] = [];
  if (priority === 0)
    warnings.push(
      warning('PRIORITY_ALONE', 'priority', {
        en: 'Priority 0 is handled before all other packages and alone; the others wait until it is done.',
        fr: 'La priorité 0 passe avant tous les autres paquets et seule ; les autres attendent qu’elle soit finie.',
      }),
    );
  if (protocol === 'HTTPS')
    warnings.push(
      warning('HTTPS_NOT_CACHED', 'protocol', {
        en: 'Proxies cannot cache fragments that go by HTTPS: each machine fetches them from the server.',
        fr: 'Les proxys ne peuvent pas garder en cache les fragments en HTTPS : chaque machine les prend au serveur.',
      }),
    );
  if (size !== null && fragmentBytes(size, fragments) > LARGE_FRAGMENT_BYTES)
    warnings.push(
      warning('FRAGMENTS_LARGE', 'fragments', {
        en: 'A download that breaks off begins its fragment anew, and these have over 100 MB: use more of them.',
        fr: 'Un téléchargement interrompu recommence son fragment, et ceux-ci dépassent 100 Mo : faites-en davantage.',
      }),
    );
  return warnings;
}

function fragmentBytes(size: number, rule: FragmentChoice): number {
  const plan = planFragments(size, rule);
  return plan.count === 0 ? 0 : plan.sizeOf(plan.count);
}

function warning(code: string, field: string, text: Text): PackageWarning {
  return { code, field, text };
}
