import { packageActivated } from '@entrepot/contracts';
import { Outbox } from '@entrepot/platform-messaging';
import { httpRequest, noise, startSquid, useDatabase, waitFor, type HttpAnswer } from '@entrepot/testing';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AskPurgesAgain } from './ask-purges-again.js';
import { AskPurges } from './ask-purges.js';
import type { ProxyCacheId } from './proxy-cache.js';
import type { ProxyPurgeView } from './proxy-purge.js';
import { ProxyTrial } from './proxy-trial.spec-support.js';
import { PurgeProxy } from './purge-proxy.js';

const used = useDatabase();
let trial: ProxyTrial;

beforeAll(async () => {
  trial = await ProxyTrial.start(used.url());
});

// All of them are the same squid: what one has purged, the next does not find.
beforeEach(async () => {
  await trial.fragments.database.query('DELETE FROM proxy_cache');
});

afterAll(async () => {
  await trial.stop();
});

describe('a package that is taken back at once', () => {
  it('leaves the proxy caches that allow it, once it is served no more, and no other', async () => {
    const forward = await trial.registered({ allowsPurge: true });
    const accelerated = await trial.registered({ ...trial.accelerator(), allowsPurge: true });
    const deaf = await trial.registered();
    const fileId = await trial.fragments.publish([noise(3_000), noise(4_000)]);
    const kept = await trial.fragments.publish([noise(2_000)]);
    for (const through of ['forward', 'accelerator'] as const) {
      for (const n of [1, 2]) await trial.fetched(fileId, n, through);
      await trial.fetched(kept, 1, through);
      expect(await trial.cacheOf(fileId, 2, through)).toBe('HIT');
    }
    await trial.deleted(fileId, true);
    expect(await trial.purgeOf(forward.id, fileId, 'purged')).toMatchObject({
      detail: '2 of 2 fragments were in the cache',
    });
    await trial.purgeOf(accelerated.id, fileId, 'purged');
    const early: unknown[] = await trial.fragments.database.query(
      "SELECT 1 FROM proxy_purge JOIN published_package USING (file_id) WHERE ended_at < freed_at + interval '2 s'",
    );
    expect(early, 'purges that ended while another replica may still have served the package').toEqual([]);
    for (const through of ['forward', 'accelerator'] as const) {
      for (const n of [1, 2]) expect((await trial.fetched(fileId, n, through)).status).toBe(404);
      expect(await trial.cacheOf(kept, 1, through)).toBe('HIT');
    }
    expect(
      (await trial.fragments.call<{ total: number }>('GET', `proxy-caches/${deaf.id}/purges`)).body.total,
    ).toBe(0);
  });

  it('is not purged while it is still served, or the next agent would bring it back', async () => {
    const { id } = await trial.registered({ allowsPurge: true });
    const fileId = await trial.fragments.publish([noise(3_000)]);
    await trial.fetched(fileId, 1);
    await trial.fragments.get(Outbox).transaction((tx) => trial.fragments.get(AskPurges).ofAll(tx, fileId));
    const early = trial.fragments.get(PurgeProxy).execute(id as ProxyCacheId, fileId);
    await expect(early).rejects.toMatchObject({ code: 'FRAGMENTS_PROXY_PURGE_UNFINISHED' });
    expect(await trial.cacheOf(fileId, 1)).toBe('HIT');
    await trial.purgeOf(id, fileId, 'waiting');
    await trial.deleted(fileId, true);
    await trial.purgeOf(id, fileId, 'purged');
    expect((await trial.fetched(fileId, 1)).status).toBe(404);
  });

  it('leaves a forward proxy also as what agents of other locations fetched', async () => {
    const { id } = await trial.registered({ allowsPurge: true });
    const fileId = await trial.fragments.publish([noise(3_000)]);
    const fragmentLocation = `localhost:${trial.port}/download`;
    const activation = { activationId: uuidv7(), packageId: uuidv7(), fileId, infoLocation: 'here/download' };
    const at = new Date().toISOString();
    await trial.fragments.tell(packageActivated, { ...activation, fragmentLocation, at });
    const known = (): Promise<unknown[]> =>
      trial.fragments.database.query('SELECT FROM activated_location WHERE file_id = $1', [fileId]);
    await waitFor(async () => (await known()).length === 1, { what: 'the activation to be known' });
    const elsewhere = (): Promise<HttpAnswer> =>
      httpRequest(trial.squid.url, { path: `http://${fragmentLocation}/${fileId}/${fileId}-1` });
    await elsewhere();
    expect((await elsewhere()).headers['x-cache']).toBe('HIT from squid.test');
    await trial.deleted(fileId, true);
    expect((await trial.purgeOf(id, fileId, 'purged')).detail).toBe('1 of 2 fragments were in the cache');
    expect((await elsewhere()).status).toBe(404);
  });

  it('is purged later from a proxy that is away now, and not at all from one that refuses', async () => {
    const strict = await startSquid({ allowsPurge: false });
    const away = await startSquid();
    try {
      const refusing = await trial.registered({ port: strict.port, allowsPurge: true });
      const late = await trial.registered({ port: away.port, allowsPurge: true });
      const fileId = await trial.fragments.publish([noise(3_000)]);
      await away.halt();
      await trial.deleted(fileId, true);
      expect((await trial.purgeOf(refusing.id, fileId, 'refused')).detail).toContain('status 403');
      expect((await trial.purgeOf(late.id, fileId, 'unreachable')).detail).toContain('ECONNREFUSED');
      await away.start();
      await trial.purgeOf(late.id, fileId, 'purged');
    } finally {
      await Promise.all([strict.stop(), away.stop()]);
    }
  });

  it('is asked for again when the tries in a row were in vain, for a week', async () => {
    const late = await trial.registered({ allowsPurge: true });
    const [recent, old] = [
      await trial.fragments.publish([noise(3_000)]),
      await trial.fragments.publish([noise(3_100)]),
    ];
    const missed = `INSERT INTO proxy_purge (proxy_cache_id, file_id, state, asked_at, after_freeing)
      VALUES ($1, $2, 'unreachable', now() - $3::interval, false)`;
    await trial.fragments.database.query(missed, [late.id, recent, '6 days']);
    await trial.fragments.database.query(missed, [late.id, old, '8 days']);
    await trial.fragments.get(AskPurgesAgain).execute();
    await trial.purgeOf(late.id, recent, 'purged');
    await trial.purgeOf(late.id, old, 'unreachable');
  });

  it('stays where it is when it is taken back with patience', async () => {
    const { id } = await trial.registered({ allowsPurge: true });
    const patient = await trial.fragments.publish([noise(3_000)]);
    const hasty = await trial.fragments.publish([noise(3_500)]);
    await trial.fetched(patient, 1);
    await trial.deleted(patient, false);
    await trial.deleted(hasty, true);
    await trial.purgeOf(id, hasty, 'purged');
    expect(await trial.cacheOf(patient, 1)).toBe('HIT');
    expect(
      (await trial.fragments.call<{ total: number }>('GET', `proxy-caches/${id}/purges`)).body.total,
    ).toBe(1);
  });
});

describe('a purge by hand', () => {
  it('takes a package out of a cache, which then asks for it again', async () => {
    const { id } = await trial.registered({ allowsPurge: true });
    const fileId = await trial.fragments.publish([noise(3_000)]);
    await trial.fetched(fileId, 1);
    const asked = await trial.fragments.call<ProxyPurgeView>('POST', `proxy-caches/${id}/purges`, { fileId });
    expect([asked.status, asked.body.fileId]).toEqual([202, fileId]);
    await trial.purgeOf(id, fileId, 'purged');
    expect(await trial.cacheOf(fileId, 1)).toBe('MISS');
    await trial.fragments.call('POST', `proxy-caches/${id}/purges`, { fileId });
    await waitFor(async () => (await trial.purgeOf(id, fileId, 'purged')).askedAt > asked.body.askedAt);
    expect(await trial.cacheOf(fileId, 1)).toBe('MISS');
  });

  it('needs a package that was published, and a cache that allows it', async () => {
    const fileId = await trial.fragments.publish([noise(3_000)]);
    const [open, closed] = [await trial.registered({ allowsPurge: true }), await trial.registered()];
    const code = async (id: string, file: string): Promise<string> =>
      (await trial.fragments.call<{ code: string }>('POST', `proxy-caches/${id}/purges`, { fileId: file }))
        .body.code;
    expect(await code(closed.id, fileId)).toBe('FRAGMENTS_PROXY_NO_PURGE');
    expect(await code(open.id, '1999999999')).toBe('FRAGMENTS_PROXY_PACKAGE_UNKNOWN');
    expect(await code(open.id, '../etc')).toBe('HTTP_INPUT_INVALID');
    expect(await code(uuidv7(), fileId)).toBe('FRAGMENTS_PROXY_NOT_FOUND');
  });
});
