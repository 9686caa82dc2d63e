import { describe, expect, it } from 'vitest';
import { issueAccessToken, issueApiToken, readToken } from './token.js';

describe('tokens', () => {
  it('are found again by the digest of their secret', () => {
    const access = issueAccessToken();
    const api = issueApiToken();
    expect(readToken(access.secret)).toEqual({ kind: 'access', sha256: access.sha256 });
    expect(readToken(api.secret)).toEqual({ kind: 'api', sha256: api.sha256 });
  });

  it('have 32 random bytes, and those of programs a prefix', () => {
    expect(issueAccessToken().secret).toMatch(/^[0-9a-f]{64}$/);
    expect(issueApiToken().secret).toMatch(/^entrepot_[0-9a-f]{64}$/);
    expect(issueApiToken().secret).not.toBe(issueApiToken().secret);
  });

  it.each(['', 'x'.repeat(129)])('cannot be empty or long', (text) => {
    expect(readToken(text)).toBeNull();
  });
});
