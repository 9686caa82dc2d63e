import { describe, expect, it } from 'vitest';
import { useBuilder, WINDOWS } from '../use-builder.spec-support.js';
import type { PackageView } from './package-view.js';

const used = useBuilder();

const draft = (settings: object = {}): Promise<PackageView> =>
  used.builder.create({ ...WINDOWS, ...settings });
const listed = async (query: string): Promise<PackageView[]> =>
  (await used.builder.call<{ items: PackageView[] }>('GET', `/api/v1/packages?${query}`)).body.items;

async function nextVersion({ id }: PackageView, changes?: object): Promise<PackageView> {
  const { status, body } = await used.builder.call<PackageView>(
    'POST',
    `/api/v1/packages/${id}/versions`,
    changes,
  );
  expect(status).toBe(201);
  return body;
}

describe('a new version', () => {
  it('has the settings, the next number, a file id and an archive of its own', async () => {
    const settings = { description: 'first', priority: 3, protocol: 'HTTPS', fragments: { count: 7 } };
    const first = await used.uploaded(settings);
    await used.build(first.id);
    const second = await nextVersion(first);
    expect(second).toMatchObject({ ...settings, name: first.name, action: first.action, version: 2 });
    expect(second.fileId).not.toBe(first.fileId);
    expect(second).toMatchObject({ state: 'draft', latestVersion: 2, upload: { offset: 0 }, digests: null });
    expect(await used.view(first)).toMatchObject({ state: 'built', version: 1, latestVersion: 2 });
  });

  it('takes changes, but not of the name or the operating system', async () => {
    const first = await draft({ description: 'first' });
    const action = { kind: 'EXECUTE', command: 'setup.exe /S' };
    const second = await nextVersion(first, { action, priority: 0 });
    expect(second).toMatchObject({ action, priority: 0, description: 'first' });
    for (const changes of [{ name: 'other' }, { operatingSystem: 'linux' }, { priority: 10 }]) {
      const path = `/api/v1/packages/${first.id}/versions`;
      const { status, body } = await used.builder.call('POST', path, changes);
      expect(status).toBe(400);
      expect(body).toMatchObject({ field: Object.keys(changes)[0] });
    }
  });

  it('is refused when its settings do not go together', async () => {
    const first = await draft({ action: { kind: 'EXECUTE', command: 'x' }, hasArchive: false });
    const path = `/api/v1/packages/${first.id}/versions`;
    const changes = { action: { kind: 'STORE', path: 'c:\\x' } };
    const { status, body } = await used.builder.call('POST', path, changes);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'HTTP_INPUT_INVALID', field: 'hasArchive' });
    expect((await nextVersion(first, { ...changes, hasArchive: true })).state).toBe('draft');
  });

  it('gets another number than those that are made at the same time', async () => {
    const first = await draft();
    const made = await Promise.all(Array.from({ length: 6 }, () => nextVersion(first)));
    expect(made.map(({ version }) => version).sort()).toEqual([2, 3, 4, 5, 6, 7]);
  });

  it('is made from an old version, also from a deleted one', async () => {
    const first = await used.uploaded({ priority: 1 });
    await used.build(first.id);
    await nextVersion(first, { priority: 2 });
    await used.builder.call('DELETE', `/api/v1/packages/${first.id}`);
    expect(await nextVersion(first)).toMatchObject({ version: 3, priority: 1 });
  });

  it('of nothing is refused', async () => {
    const path = '/api/v1/packages/019355aa-0000-7000-8000-00000000000a/versions';
    expect((await used.builder.call('POST', path, {})).status).toBe(404);
  });
});

describe('a name', () => {
  it('that was ever used leads to its newest version', async () => {
    const first = await used.uploaded();
    await used.build(first.id);
    const second = await nextVersion(first);
    const again = { ...WINDOWS, name: first.name };
    const { status, body } = await used.builder.call('POST', '/api/v1/packages', again);
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'BUILDER_PACKAGE_NAME_TAKEN', packageId: second.id, version: 2 });
    expect(body['detail']).toContain('new version');
  });

  it('of a deleted package stays taken, and that of one never built is free again', async () => {
    const built = await used.uploaded();
    await used.build(built.id);
    await used.builder.call('DELETE', `/api/v1/packages/${built.id}`);
    const unbuilt = await draft();
    await used.builder.call('DELETE', `/api/v1/packages/${unbuilt.id}`);
    const create = async ({ name }: PackageView): Promise<number> =>
      (await used.builder.call('POST', '/api/v1/packages', { ...WINDOWS, name })).status;
    expect(await create(built)).toBe(409);
    expect(await create(unbuilt)).toBe(201);
  });

  it('is taken by one of two who ask at the same time', async () => {
    const again = { ...WINDOWS, name: 'both' };
    const asked = await Promise.all(
      [again, again].map((settings) => used.builder.call('POST', '/api/v1/packages', settings)),
    );
    expect(asked.map(({ status }) => status).sort()).toEqual([201, 409]);
  });
});

it('lists the versions of a name, and packages by state', async () => {
  const first = await used.uploaded();
  await used.build(first.id);
  const second = await nextVersion(first);
  const idsOf = async (query: string): Promise<string[]> => (await listed(query)).map(({ id }) => id);
  expect(await idsOf(`name=${first.name}`)).toEqual([second.id, first.id]);
  expect(await idsOf(`name=${first.name}&state=built`)).toEqual([first.id]);
  expect(await idsOf(`name=${first.name}&deleted=true`)).toEqual([]);
  await used.builder.call('DELETE', `/api/v1/packages/${first.id}`);
  expect(await idsOf(`name=${first.name}`)).toEqual([second.id]);
  expect(await idsOf(`name=${first.name}&deleted=true`)).toEqual([first.id]);
  expect(await idsOf(`name=${first.name}&deleted=all`)).toEqual([second.id, first.id]);
  expect((await listed('state=deleted')).every(({ state }) => state === 'deleted')).toBe(true);
});
