import { classifyResult } from '@entrepot/ocs-wire';
import type { Words } from '../words.js';
import { exitCodeWords } from './exit-code-words.js';
import { RESULT_MEANINGS } from './result-meanings.js';

/** How a result is shown: a success that is none (SUCCESS_1) is a warning. */
export type Severity = 'success' | 'warning' | 'failure';

export interface DecodedResult {
  readonly severity: Severity;
  /** What it means and what to do. */
  readonly text: Words;
}

/** Codes that were decoded, for specs and documents. */
export const DECODED_CODES: readonly string[] = Object.keys(RESULT_MEANINGS);

const EXIT_CODE = /^EXIT_CODE_(-?\d{1,10})$/;
const LAUNCHED = /^SUCCESS_(-?\d{1,10})$/;

/**
 * Decodes an agent's result (OCS-PROTOCOL.md §4.5), also one that nobody has ever seen.
 * @param code normalised
 */
export function decodeResult(code: string, operatingSystem: string): DecodedResult {
  const severity = classifyResult(code) === 'succeeded' ? 'success' : 'failure';
  const known = RESULT_MEANINGS[code];
  if (known !== undefined)
    return { severity: code === 'ERR_DOWNLOAD_INFO' ? 'warning' : severity, text: known };
  const launched = LAUNCHED.exec(code)?.[1];
  if (launched !== undefined) return decodeLaunch(Number(launched), operatingSystem);
  const exited = EXIT_CODE.exec(code)?.[1];
  if (exited !== undefined) return decodeExit(Number(exited), operatingSystem);
  return {
    severity: severity === 'success' ? 'warning' : severity,
    text: {
      en: `The agent reported "${code}", which is none of its known codes.`,
      fr: `L'agent a signalé « ${code} », qui n'est pas un de ses codes connus.`,
    },
  };
}

function decodeLaunch(exitCode: number, operatingSystem: string): DecodedResult {
  if (exitCode === 0) return { severity: 'success', text: { en: 'Done.', fr: 'Terminé.' } };
  const { en, fr } = exitCodeWords(exitCode, operatingSystem);
  return {
    severity: 'warning',
    text: {
      en: `The program ran and ended with ${exitCode} (${en}), which the agent counts as a success. Check whether it worked.`,
      fr: `Le programme s'est exécuté et s'est terminé par ${exitCode} (${fr}), ce que l'agent compte comme un succès. Vérifiez le résultat.`,
    },
  };
}

function decodeExit(exitCode: number, operatingSystem: string): DecodedResult {
  const { en, fr } = exitCodeWords(exitCode, operatingSystem);
  return {
    severity: 'failure',
    text: {
      en: `The command ended with ${exitCode}: ${en}.`,
      fr: `La commande s'est terminée par ${exitCode} : ${fr}.`,
    },
  };
}
