import { scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashPassword, verifyNothing, verifyPassword } from './password-hash.js';

describe('password hashes', () => {
  it('accept their own password only', async () => {
    const stored = await hashPassword('correct horse');
    await expect(verifyPassword('correct horse', stored)).resolves.toBe(true);
    await expect(verifyPassword('correct hors', stored)).resolves.toBe(false);
  });

  it('name their parameters and differ for the same password', async () => {
    const [one, other] = await Promise.all([hashPassword('x'), hashPassword('x')]);
    expect(one).toMatch(/^scrypt\$N=32768,r=8,p=1\$/);
    expect(one).not.toBe(other);
  });

  it('are verified with the parameters they were made with', async () => {
    const key = scryptSync('x', 'salt', 32, { N: 16, r: 4, p: 2 }).toString('base64url');
    const older = `scrypt$N=16,r=4,p=2$${Buffer.from('salt').toString('base64url')}$${key}`;
    await expect(verifyPassword('x', older)).resolves.toBe(true);
    await expect(verifyPassword('y', older)).resolves.toBe(false);
  });

  it('treat composed and decomposed letters alike', async () => {
    const stored = await hashPassword('caf\u00e9');
    await expect(verifyPassword('cafe\u0301', stored)).resolves.toBe(true);
  });

  it('refuse a stored text of another form', async () => {
    await expect(verifyPassword('x', 'plain')).rejects.toThrow('unknown form');
  });

  it('never accept the account that does not exist', async () => {
    await expect(verifyNothing('')).resolves.toBe(false);
  });
});
