import type { FileId } from '@entrepot/kernel';
import { attribute, flag, wholeNumber } from './xml-writer.js';

/** What the agent does with the unpacked archive (OCS-PROTOCOL.md §5.2, ACT). */
export type PackageAction =
  | { readonly kind: 'STORE'; readonly path: string }
  | { readonly kind: 'EXECUTE'; readonly command: string }
  | { readonly kind: 'LAUNCH'; readonly name: string };

/** A package's instructions (OCS-PROTOCOL.md §5.2). */
export interface InfoFile {
  readonly fileId: FileId;
  /** 0 (before all others) to 9. */
  readonly priority: number;
  readonly action: PackageAction;
  /** MD5 of the archive in lower-case hexadecimal; empty without archive. */
  readonly digest: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  /** 0 without archive. */
  readonly fragments: number;
  /** Windows only. */
  readonly notify: {
    readonly user: boolean;
    readonly text: string;
    /** Seconds; null lets the agent take its 120. */
    readonly countdown: number | null;
    readonly canAbort: boolean;
    readonly canDelay: boolean;
  };
  readonly needDoneAction: boolean;
  readonly needDoneActionText: string;
  /** Where fragments are, over what the PROLOG says (AGENT-BEHAVIOUR.md finding 3); null leaves it out. */
  readonly packLocation: string | null;
}

/**
 * Writes an info file: one element, attributes only, UTF-8, values escaped once. Characters that XML cannot
 * carry are dropped.
 * @throws RangeError when priority, fragments or countdown is not a whole number of 0 or more
 */
export function encodeInfoFile(info: InfoFile): Buffer {
  const { notify } = info;
  const attributes = [
    attribute('ID', info.fileId),
    attribute('PRI', wholeNumber('PRI', info.priority)),
    attribute('ACT', info.action.kind),
    attribute('DIGEST', info.digest),
    attribute('PROTO', info.protocol),
    attribute('FRAGS', wholeNumber('FRAGS', info.fragments)),
    attribute('DIGEST_ALGO', 'MD5'),
    attribute('DIGEST_ENCODE', 'Hexa'),
    actionAttribute(info.action),
    attribute('NOTIFY_USER', flag(notify.user)),
    attribute('NOTIFY_TEXT', notify.text),
    attribute(
      'NOTIFY_COUNTDOWN',
      notify.countdown === null ? '' : wholeNumber('NOTIFY_COUNTDOWN', notify.countdown),
    ),
    attribute('NOTIFY_CAN_ABORT', flag(notify.canAbort)),
    attribute('NOTIFY_CAN_DELAY', flag(notify.canDelay)),
    attribute('NEED_DONE_ACTION', flag(info.needDoneAction)),
    attribute('NEED_DONE_ACTION_TEXT', info.needDoneActionText),
    attribute('GARDEFOU', 'rien'),
    info.packLocation === null ? '' : attribute('PACK_LOC', info.packLocation),
  ];
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<DOWNLOAD${attributes.join('')} />\n`, 'utf8');
}

function actionAttribute(action: PackageAction): string {
  switch (action.kind) {
    case 'STORE':
      return attribute('PATH', action.path);
    case 'EXECUTE':
      return attribute('COMMAND', action.command);
    case 'LAUNCH':
      return attribute('NAME', action.name);
  }
}
