import { changeRecorded } from '@entrepot/contracts';
import { auditChange } from '@entrepot/platform-auth';
import { useDatabase, waitFor } from '@entrepot/testing';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IdentityOptions } from './index.js';
import { TrialProgram, type Answer } from './trial-program.spec-support.js';

interface Item {
  readonly id: string;
  readonly [key: string]: unknown;
}

const PASSWORD = 'first password';
const used = useDatabase();
const trial = new TrialProgram();

function logIn(password = PASSWORD, username = 'admin'): Promise<Answer> {
  return trial.call('POST', 'auth/login', undefined, { username, password });
}

async function accessToken(): Promise<string> {
  const { status, body } = await logIn();
  expect(status).toBe(200);
  return body['accessToken'] as string;
}

async function trail(token: string, query: string): Promise<Item[]> {
  const { body } = await trial.call('GET', `audit-records?${query}`, token);
  return body['items'] as Item[];
}

afterEach(() => trial.stop());

describe('the administrator account', () => {
  it('gets a generated password that is handed over once, and keeps it', async () => {
    const url = await used.createDatabase();
    const generated: string[] = [];
    const options: IdentityOptions = {
      adminPassword: null,
      onGeneratedPassword: (p) => void generated.push(p),
    };
    await trial.start(options, url);
    await trial.stop();
    await trial.start(options, url);
    expect(generated).toHaveLength(1);
    expect((await logIn(generated[0])).status).toBe(200);
  });

  it('does not exist when its generated password could not be kept', async () => {
    const url = await used.createDatabase();
    const full = (): never => {
      throw new Error('disk full');
    };
    await expect(trial.start({ adminPassword: null, onGeneratedPassword: full }, url)).rejects.toThrow(
      'disk full',
    );
    await trial.start({ adminPassword: PASSWORD }, url);
    expect((await logIn()).status).toBe(200);
  });

  it('keeps a password that was changed while the configured one stays as it is', async () => {
    const url = await used.createDatabase();
    await trial.start({ adminPassword: PASSWORD }, url);
    const token = await accessToken();
    const change = { current: PASSWORD, new: 'changed by hand' };
    expect((await trial.call('POST', 'auth/password', token, change)).status).toBe(204);
    await trial.stop();
    await trial.start({ adminPassword: PASSWORD }, url);
    expect((await logIn('changed by hand')).status).toBe(200);
    expect((await logIn()).body['code']).toBe('IDENTITY_CREDENTIALS_WRONG');
  });

  it('gets the configured password at a later start, which ends its logins', async () => {
    const url = await used.createDatabase();
    await trial.start({ adminPassword: PASSWORD }, url);
    const token = await accessToken();
    await trial.stop();
    await trial.start({ adminPassword: 'second password' }, url);
    expect((await logIn()).body['code']).toBe('IDENTITY_CREDENTIALS_WRONG');
    expect((await logIn('second password')).status).toBe(200);
    expect(await trial.whoIs(token)).toBe('IDENTITY_TOKEN_INVALID');
  });
});

describe('the identity API', () => {
  beforeEach(async () => {
    await trial.start({ adminPassword: PASSWORD }, await used.createDatabase());
  });

  it('is closed without a token, but for the login', async () => {
    for (const path of ['auth/me', 'api-tokens', 'audit-records'])
      expect((await trial.call('GET', path)).status).toBe(401);
    expect((await trial.call('GET', 'auth/me', await accessToken())).body).toMatchObject({ name: 'admin' });
  });

  it('answers alike for an unknown name and a wrong password', async () => {
    const [wrong, unknown] = [await logIn('wrong'), await logIn(PASSWORD, 'nobody')];
    expect(wrong).toMatchObject({ status: 401, body: { code: 'IDENTITY_CREDENTIALS_WRONG' } });
    expect(unknown.body['detail']).toBe(wrong.body['detail']);
  });

  it('refuses even the right password after ten failures', async () => {
    await Promise.all(Array.from({ length: 10 }, () => logIn('wrong')));
    expect(await logIn()).toMatchObject({ status: 403, body: { code: 'IDENTITY_TOO_MANY_FAILURES' } });
  });

  it.each([
    [{ username: 'a\u0000b', password: 'x' }, 'username'],
    [{ username: 'admin' }, 'password'],
    [{ username: 'admin', password: 'x', extra: 1 }, 'extra'],
  ])('refuses the login %j naming the field %s', async (body, field) => {
    expect(await trial.call('POST', 'auth/login', undefined, body)).toMatchObject({
      status: 400,
      body: { field },
    });
  });

  it('keeps digests of tokens only', async () => {
    const token = await accessToken();
    const { body } = await trial.call('POST', 'api-tokens', token, { name: 'backup' });
    const rows = await trial.inDatabase<object>('SELECT a, p FROM access_token a, api_token p');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(JSON.stringify(rows)).not.toContain(String(body['token']).slice('entrepot_'.length));
  });

  it('ends a login at logout and when its twelve hours are over', async () => {
    const [one, other] = [await accessToken(), await accessToken()];
    expect((await trial.call('POST', 'auth/logout', one)).status).toBe(204);
    expect(await trial.whoIs(one)).toBe('IDENTITY_TOKEN_INVALID');
    expect(await trial.whoIs(other)).toBe('admin');
    await trial.inDatabase(`UPDATE access_token SET expires_at = now() - interval '1 second'`);
    expect(await trial.whoIs(other)).toBe('IDENTITY_TOKEN_INVALID');
    await accessToken();
    expect(await trial.inDatabase('SELECT 1 FROM access_token')).toHaveLength(1);
  });

  it('changes a password for whoever knows the current one, and ends the other logins', async () => {
    const [mine, other] = [await accessToken(), await accessToken()];
    const refused = await trial.call('POST', 'auth/password', mine, {
      current: 'wrong',
      new: 'new password',
    });
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 'IDENTITY_PASSWORD_WRONG', field: 'current' },
    });
    const change = { current: PASSWORD, new: 'new password' };
    expect((await trial.call('POST', 'auth/password', mine, change)).status).toBe(204);
    expect([await trial.whoIs(mine), await trial.whoIs(other)]).toEqual(['admin', 'IDENTITY_TOKEN_INVALID']);
    expect((await logIn('new password')).status).toBe(200);
  });

  it('makes, lists page by page, and revokes API tokens', async () => {
    const token = await accessToken();
    const created: Answer[] = [];
    for (const name of ['one', 'two', 'three'])
      created.push(await trial.call('POST', 'api-tokens', token, { name }));
    const secret = created[2]!.body['token'] as string;
    expect(created[2]).toMatchObject({
      status: 201,
      body: { name: 'three', lastUsedAt: null, expiresAt: null },
    });
    expect(secret).toMatch(/^entrepot_/);
    expect(await trial.whoIs(secret)).toBe('admin');
    const first = await trial.call('GET', 'api-tokens?limit=2', token);
    expect(first.body).toMatchObject({ total: 3, items: [{ name: 'three' }, { name: 'two' }] });
    expect(JSON.stringify(first.body)).not.toContain(secret);
    const second = await trial.call('GET', `api-tokens?limit=2&cursor=${String(first.body['next'])}`, token);
    expect(second.body).toMatchObject({ total: 3, items: [{ name: 'one' }], next: null });
    const path = `api-tokens/${String(created[2]!.body['id'])}`;
    expect((await trial.call('DELETE', path, token)).status).toBe(204);
    expect(await trial.whoIs(secret)).toBe('IDENTITY_TOKEN_INVALID');
    expect(await trial.call('DELETE', path, token)).toMatchObject({
      status: 404,
      body: { code: 'IDENTITY_API_TOKEN_NOT_FOUND' },
    });
  });

  it('refuses an API token that is expired or would be from the start', async () => {
    const token = await accessToken();
    const past = { name: 'past', expiresAt: '2020-01-01T00:00:00Z' };
    expect(await trial.call('POST', 'api-tokens', token, past)).toMatchObject({
      status: 400,
      body: { field: 'expiresAt' },
    });
    const { body } = await trial.call('POST', 'api-tokens', token, {
      name: 'x',
      expiresAt: '2999-01-01T00:00:00+02:00',
    });
    expect(body['expiresAt']).toBe('2998-12-31T22:00:00.000Z');
    await trial.inDatabase(`UPDATE api_token SET expires_at = now() - interval '1 second'`);
    expect(await trial.whoIs(body['token'] as string)).toBe('IDENTITY_TOKEN_INVALID');
  });

  it('writes the last use of an API token once a minute', async () => {
    const { body } = await trial.call('POST', 'api-tokens', await accessToken(), { name: 'x' });
    const useAfter = async (age: string): Promise<boolean> => {
      await trial.inDatabase(`UPDATE api_token SET last_used_at = now() - $1::interval`, [age]);
      await trial.whoIs(body['token'] as string);
      const rows = await trial.inDatabase<{ fresh: boolean }>(
        `SELECT last_used_at > now() - interval '30 seconds' AS fresh FROM api_token`,
      );
      return rows[0]!.fresh;
    };
    expect(await useAfter('40 seconds')).toBe(false);
    expect(await useAfter('70 seconds')).toBe(true);
  });

  it('shows changes in the trail, newest first and page by page', async () => {
    const token = await accessToken();
    for (const name of ['one', 'two', 'three']) await trial.call('POST', 'api-tokens', token, { name });
    await waitFor(async () => (await trail(token, 'action=api-token.create')).length === 3);
    const first = await trial.call('GET', 'audit-records?action=api-token.create&limit=2', token);
    expect(first.body).toMatchObject({
      total: 3,
      items: [
        { accountName: 'admin', context: 'identity', subjectType: 'api-token', detail: { name: 'three' } },
        { detail: { name: 'two' } },
      ],
    });
    const cursor = String(first.body['next']);
    const second = await trial.call(
      'GET',
      `audit-records?action=api-token.create&limit=2&cursor=${cursor}`,
      token,
    );
    expect(second.body).toMatchObject({ items: [{ detail: { name: 'one' } }], next: null });
    const subjectId = String((second.body['items'] as Item[])[0]!['subjectId']);
    expect(await trail(token, `subjectId=${subjectId}`)).toHaveLength(1);
    expect(await trail(token, 'action=account.create')).toMatchObject([
      { accountId: null, accountName: 'system' },
    ]);
  });

  it('records a change once although it is delivered twice', async () => {
    const change = auditChange(null, 'builder', 'package.create', 'package', 'p1', { name: 'x' });
    const message = {
      id: uuidv7(),
      subject: changeRecorded.subject,
      consumer: 'identity.record-change',
      attempt: 1,
    };
    await trial.redeliver(change, message);
    await trial.redeliver(change, { ...message, attempt: 2 });
    expect(await trail(await accessToken(), 'subjectId=p1')).toMatchObject([{ detail: { name: 'x' } }]);
  });
});
