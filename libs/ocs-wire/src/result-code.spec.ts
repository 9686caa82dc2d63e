import { describe, expect, it } from 'vitest';
import { classifyResult, normaliseResult } from './result-code.js';

describe('a result code', () => {
  it.each([
    ['SUCCESS', 'succeeded'],
    ['SUCCESS_', 'succeeded'],
    ['SUCCESS_3', 'succeeded'],
    ['SUCCESS_REBOOT_REQUIRED', 'succeeded'],
    ['SUCCESS_ALREADY_SETUP', 'succeeded'],
    ['ERR_DOWNLOAD_INFO', 'retry'],
    ['ERR_DOWNLOAD_PACK', 'failed'],
    ['ERR_BAD_DIGEST', 'failed'],
    ['EXIT_CODE_2', 'failed'],
    ['UNKNOWN_CODE', 'failed'],
    ['', 'failed'],
  ])('%j has %s', (code, expected) => {
    expect(classifyResult(code)).toBe(expected);
  });

  it('of a repeated success is a success; others stay as they are', () => {
    expect(normaliseResult('SUCCESS_')).toBe('SUCCESS');
    expect(normaliseResult('SUCCESS_3')).toBe('SUCCESS_3');
    expect(normaliseResult('ERR_EXECUTE')).toBe('ERR_EXECUTE');
  });
});
