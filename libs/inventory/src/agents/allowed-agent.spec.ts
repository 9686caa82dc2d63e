import { describe, expect, it } from 'vitest';
import { isAllowedAgent } from './allowed-agent.js';
import { toPeer } from './peer.js';

describe('the list of allowed agents', () => {
  it('lets everybody in while it is empty', () => {
    expect(isAllowedAgent([], '')).toBe(true);
  });

  it('knows an agent by its whole user agent or by the name before its version', () => {
    const list = ['OCS-NG_WINDOWS_AGENT', 'Special 1.0'];
    expect(isAllowedAgent(list, 'OCS-NG_WINDOWS_AGENT_v2.11.0.1')).toBe(true);
    expect(isAllowedAgent(list, 'Special 1.0')).toBe(true);
    expect(isAllowedAgent(list, 'OCS-NG_unified_unix_agent_v2.10.0')).toBe(false);
    expect(isAllowedAgent(list, '')).toBe(false);
  });
});

describe('a peer', () => {
  it('has its IPv4 address as such, and nothing that would break a log line', () => {
    expect(toPeer('::ffff:192.0.2.1', 'a\nb\u0000c')).toEqual({ address: '192.0.2.1', userAgent: 'abc' });
    expect(toPeer('::1', undefined)).toEqual({ address: '::1', userAgent: '' });
    expect(toPeer('::1', 'x'.repeat(9_999)).userAgent.length).toBe(255);
  });
});
