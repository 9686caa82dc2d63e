import { describe, expect, it } from 'vitest';
import { DECODED_CODES, decodeResult, type Severity } from './result-words.js';

const CODES: [string, Severity, RegExp][] = [
  ['SUCCESS', 'success', /Done/],
  ['SUCCESS_0', 'success', /Done/],
  ['SUCCESS_1', 'warning', /ended with 1 .*counts as a success/],
  ['SUCCESS_127', 'warning', /not found/],
  ['SUCCESS_REBOOT_INITIATED', 'success', /restarts/],
  ['SUCCESS_REBOOT_REQUIRED', 'success', /restarted/],
  ['SUCCESS_RESTART_REQUIRED', 'success', /restarted/],
  ['SUCCESS_ALREADY_SETUP', 'success', /own history/],
  ['SUCCESS_ALREADY_IN_HISTORY', 'success', /not offered/],
  ['SUCCESS_OF_SOME_SORT', 'warning', /"SUCCESS_OF_SOME_SORT"/],
  ['EXIT_CODE_7', 'failure', /ended with 7/],
  ['ERR_DOWNLOAD_INFO', 'warning', /certificate/],
  ['ERR_BAD_ID', 'failure', /another package/],
  ['ERR_BAD_DIGEST', 'failure', /not what was built/],
  ['ERR_DOWNLOAD_PACK', 'failure', /fragment location/],
  ['ERR_OUT_OF_SPACE', 'failure', /three times/],
  ['ERR_BUILD', 'failure', /unpack/],
  ['ERR_UNZIP', 'failure', /zip/],
  ['ERR_EXECUTE', 'failure', /could not be started or failed/],
  ['ERR_EXECUTE_NO_EXIT_CODE', 'failure', /end was not seen/],
  ['ERR_EXECUTE_TIMEOUT', 'failure', /silent/],
  ['ERR_EXECUTE_TOO_MANY_TRY', 'failure', /five times/],
  ['ERR_BAD_PARAM', 'failure', /no command or no path/],
  ['ERR_TIMEOUT', 'failure', /timeout/],
  ['ERR_ABORTED', 'failure', /refused/],
  ['ERR_CLEAN', 'failure', /working folder/],
  ['ERR_DONE_FAILED', 'failure', /result file/],
  ['ERR_ALREADY_SETUP', 'failure', /old agent/],
  ['ERR_ALREADY_IN_HISTORY', 'failure', /old agent/],
  ['ERR_NO_PARAM', 'failure', /old agent/],
  ['ERR_NO_LAUNCHER', 'failure', /old agent/],
  ['UNKNOWN_CODE', 'failure', /without saying which/],
  ['ERR_FROM_THE_FUTURE', 'failure', /"ERR_FROM_THE_FUTURE"/],
  ['', 'failure', /none of its known codes/],
];

describe('a result', () => {
  it.each(CODES)('%j is a %s, in both languages', (code, severity, words) => {
    const decoded = decodeResult(code, 'linux');
    expect(decoded.severity).toBe(severity);
    expect(decoded.text.en).toMatch(words);
    expect(decoded.text.fr).not.toBe(decoded.text.en);
    expect(decoded.text.fr).not.toBe('');
  });

  it('has words for each code that agents are known to send', () => {
    const covered = new Set(CODES.map(([code]) => code));
    expect(DECODED_CODES.filter((code) => !covered.has(code))).toEqual([]);
  });

  it.each([
    [1602, 'cancelled', 'annulé'],
    [1603, 'fatal', 'fatale'],
    [1605, 'not installed', "n'est pas installé"],
    [1618, 'another installation', 'une autre installation'],
    [1619, 'could not be opened', "n'a pas pu être ouvert"],
    [1620, 'not valid', "n'est pas valide"],
    [1625, 'policy', 'stratégie'],
    [1633, 'platform', 'plateforme'],
    [1638, 'another version', 'une autre version'],
    [1641, 'restarts now', 'redémarre'],
    [3010, 'restart is needed', 'redémarrage'],
    [5, 'access denied', 'accès refusé'],
    [9009, 'not found', 'introuvable'],
    [4242, 'documentation', 'documentation'],
  ])('EXIT_CODE_%i of Windows says "%s"', (exitCode, en, fr) => {
    const { text } = decodeResult(`EXIT_CODE_${exitCode}`, 'windows');
    expect(text.en).toContain(en);
    expect(text.fr).toContain(fr);
  });

  it('shows the hexadecimal form that Windows errors are known by', () => {
    expect(decodeResult('EXIT_CODE_-2147024891', 'windows').text.en).toContain('0x80070005');
    expect(decodeResult('EXIT_CODE_3221225477', 'windows').text.fr).toContain('0xC0000005');
    expect(decodeResult('EXIT_CODE_-1', 'linux').text.en).not.toContain('0x');
  });
});
