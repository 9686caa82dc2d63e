import type { Principal } from '@entrepot/platform-auth';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';
import { KeepSearches } from './keep-searches.js';
import type { SavedSearch } from './saved-search.js';
import { ShowSearches } from './show-searches.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const { api } = program;
const kept = { criteria: { device: 'tag', operator: 'equal', value: 'Paris' }, columns: ['BIOS.SSN'] };

const create = async (body: object): Promise<SavedSearch> => {
  const { status, json } = await api('POST', '/searches', body);
  expect(status, JSON.stringify(json)).toBe(201);
  return json;
};

const bob: Principal = { accountId: '0195d0a0-0000-7000-8000-000000000002', name: 'bob' };

describe('a saved search', () => {
  it('is kept as it was asked, changed and deleted by its owner, and every change is recorded', async () => {
    const made = await create({ name: ' In Paris ', search: kept });
    expect(made).toMatchObject({
      name: 'In Paris',
      visibility: 'private',
      owner: { name: 'admin' },
      search: kept,
    });
    expect((await api('GET', `/searches/${made.id.toUpperCase()}`)).json).toEqual(made);
    const changed = await api('PATCH', `/searches/${made.id}`, { description: 'All of them' });
    expect(changed.json).toMatchObject({ name: 'In Paris', description: 'All of them', search: kept });
    expect((await api('PATCH', `/searches/${made.id}`, {})).status).toBe(400);
    expect((await api('PATCH', `/searches/${made.id}`, { search: { criteria: { all: [] } } })).status).toBe(
      400,
    );
    await expect(api('DELETE', `/searches/${made.id}`)).rejects.toThrow(); // 204 has no JSON.
    expect((await api('GET', `/searches/${made.id}`)).json).toMatchObject({
      code: 'INVENTORY_SEARCH_NOT_FOUND',
    });
    const actions: { action: string }[] = await program
      .app()
      .get(DataSource, { strict: false })
      .query(
        `SELECT payload ->> 'action' AS action FROM outbox WHERE payload ->> 'subjectId' = $1 ORDER BY 1`,
        [made.id],
      );
    expect(actions.map(({ action }) => action)).toEqual(['search.change', 'search.create', 'search.delete']);
  });

  it('has a name that its owner has once, whatever the letter case', async () => {
    const first = await create({ name: 'Office', search: kept });
    const second = await create({ name: 'Office 2', search: kept });
    expect((await api('POST', '/searches', { name: 'OFFICE', search: kept })).json).toMatchObject({
      status: 409,
      code: 'INVENTORY_SEARCH_NAME_TAKEN',
      field: 'name',
    });
    expect((await api('PATCH', `/searches/${second.id}`, { name: 'office' })).status).toBe(409);
    expect((await api('PATCH', `/searches/${first.id}`, { name: 'office' })).status).toBe(200);
  });

  it('is seen by others only when it is shared, and changed by nobody else', async () => {
    const own = await create({ name: 'Own', search: kept });
    const shared = await create({ name: 'Shared', visibility: 'shared', search: kept });
    const show = program.app().get(ShowSearches, { strict: false });
    const keep = program.app().get(KeepSearches, { strict: false });
    const { items, total } = await show.list(bob, { limit: 50 });
    expect([items.map(({ name }) => name), total]).toEqual([['Shared'], 1]);
    expect(await show.one(bob, shared.id)).toEqual(shared);
    const hidden = { code: 'INVENTORY_SEARCH_NOT_FOUND' };
    await expect(show.one(bob, own.id)).rejects.toMatchObject(hidden);
    await expect(keep.change(bob, own.id, { name: 'Mine' })).rejects.toMatchObject(hidden);
    await expect(keep.delete(bob, shared.id)).rejects.toMatchObject({ code: 'HTTP_FORBIDDEN' });
  });
});
