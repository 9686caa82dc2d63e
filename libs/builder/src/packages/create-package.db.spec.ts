import { describe, expect, it } from 'vitest';
import { FragmentsOnDisk } from '../fragments-on-disk.spec-support.js';
import { useBuilder } from '../use-builder.spec-support.js';
import type { PackageView } from './package-view.js';

const used = useBuilder();
const BATCH = { operatingSystem: 'windows', template: { name: 'batch', script: 'echo hello' } };
const MSI = { operatingSystem: 'windows', template: { name: 'msi', properties: { ALLUSERS: '1' } } };

describe('a package made from a template', () => {
  it('says what the template makes of it and how its upload is packed', async () => {
    const view = await used.builder.create(MSI);
    expect(view).toMatchObject({
      state: 'draft',
      template: MSI.template,
      action: { kind: 'EXECUTE', command: expect.stringContaining('msiexec') as unknown },
      packing: 'zip',
      hasArchive: true,
    });
    expect(view.packedName).toMatch(/\.msi$/);
  });

  it('needs no upload when the template writes the archive', async () => {
    const view = await used.builder.create(BATCH);
    expect(view).toMatchObject({ state: 'uploaded', packing: 'none', upload: { sender: 'admin' } });
    expect(view.upload?.offset).toBe(view.upload?.size);
    expect((await used.build(view.id)).state).toBe('built');
  });

  it('is not left behind when its archive cannot be stored', async () => {
    used.fragments.failure = (call) => {
      if (call === 'putBlob') FragmentsOnDisk.down();
    };
    const settings = { ...BATCH, name: 'unstored' };
    expect((await used.builder.call('POST', '/api/v1/packages', settings)).status).toBe(503);
    used.fragments.failure = () => undefined;
    expect((await used.builder.call('POST', '/api/v1/packages', settings)).status).toBe(201);
  });

  it('passes the template on to the next version, which may change it or do without', async () => {
    const first = await used.builder.create(BATCH);
    const path = `/api/v1/packages/${first.id}/versions`;
    const next = async (changes: object): Promise<PackageView> =>
      (await used.builder.call<PackageView>('POST', path, changes)).body;
    expect(await next({})).toMatchObject({ version: 2, template: first.template, state: 'uploaded' });
    const changed = await next({ template: MSI.template });
    expect(changed).toMatchObject({ version: 3, template: { name: 'msi' }, packing: 'zip', state: 'draft' });
    const action = { kind: 'STORE', path: 'c:\\x' };
    expect(await next({ action })).toMatchObject({ version: 4, template: null, action, packing: 'none' });
  });

  it('is refused when the template is not for its system, or what it makes is too long', async () => {
    const refused = async (settings: object): Promise<unknown> =>
      (await used.builder.call('POST', '/api/v1/packages', { name: 'refused', ...settings })).body;
    expect(await refused({ ...MSI, operatingSystem: 'linux' })).toMatchObject({
      status: 400,
      code: 'BUILDER_TEMPLATE_INVALID',
    });
    const template = { name: 'store', path: `c:\\${'x'.repeat(300)}` };
    expect(await refused({ operatingSystem: 'windows', template })).toMatchObject({
      status: 400,
      code: 'BUILDER_TEMPLATE_COMMAND_TOO_LONG',
    });
  });
});
