import type { AccountValue } from './requests.js';
import { element } from './xml-writer.js';

/**
 * Writes the reply to an INVENTORY (OCS-PROTOCOL.md §3.8).
 * @param account all account fields of the device, for the agent to keep; null when it has the right ones
 */
export function encodeInventoryReply(account: readonly AccountValue[] | null): string {
  const lines = [
    "<?xml version='1.0' encoding='UTF-8'?>",
    '<REPLY>',
    element('RESPONSE', account === null ? 'NO_ACCOUNT_UPDATE' : 'ACCOUNT_UPDATE'),
  ];
  for (const { name, value } of account ?? []) {
    lines.push('<ACCOUNTINFO>', element('KEYNAME', name), element('KEYVALUE', value), '</ACCOUNTINFO>');
  }
  lines.push('</REPLY>', '');
  return lines.join('\n');
}
