import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { zipOf } from '../archives/zip-of.spec-support.js';
import { useBuilder, WINDOWS } from '../use-builder.spec-support.js';
import type { ManifestView } from './package-manifest.js';
import type { PackageView } from './package-view.js';

const used = useBuilder();
const ARCHIVE = zipOf([['setup.exe', 'MZ'.repeat(50_000)]]);
const BOM = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  components: [{ type: 'library', name: 'zlib', description: 'also \0 and \ud83d' }],
};
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function built(): Promise<PackageView> {
  const view = await used.builder.create({ ...WINDOWS, fragments: { count: 3 } });
  const filename = Buffer.from('putty.zip').toString('base64');
  const told = { 'upload-length': String(ARCHIVE.length), 'upload-metadata': `filename ${filename}` };
  expect((await used.tus(view, 'POST', told)).status).toBe(201);
  expect((await used.patch(view, 0, ARCHIVE)).status).toBe(204);
  expect((await used.view(view)).upload).toMatchObject({ fileName: 'putty.zip', sender: 'admin' });
  return used.build(view.id);
}

const manifestOf = ({ id }: PackageView): Promise<{ status: number; body: ManifestView }> =>
  used.builder.call<ManifestView>('GET', `/api/v1/packages/${id}/manifest`);

describe('the manifest', () => {
  it('has the digests of everything that agents download', async () => {
    const view = await built();
    const { body } = await manifestOf(view);
    const { id, name, fileId } = view;
    expect(body).toMatchObject({ id, name, fileId, version: 1, template: null, hasSbom: false });
    expect(body.archive).toEqual({ size: ARCHIVE.length, sha256: sha256(ARCHIVE), md5: view.digests?.md5 });
    expect(body.fragments.map((fragment) => fragment.name)).toEqual([1, 2, 3].map((n) => `${fileId}-${n}`));
    for (const file of [...body.fragments, body.info]) {
      const bytes = await used.fragments.read({ area: 'package', owner: fileId, name: file.name });
      expect(file).toMatchObject({ size: bytes.length, sha256: sha256(bytes) });
    }
  });

  it('tells who built it, when, and from what', async () => {
    const { body } = await manifestOf(await built());
    expect(body.source).toEqual({
      fileName: 'putty.zip',
      sender: 'admin',
      size: ARCHIVE.length,
      sha256: sha256(ARCHIVE),
    });
    expect(body).toMatchObject({ builtBy: 'admin', virusScan: null });
    expect(Date.parse(body.buildStartedAt ?? '')).toBeLessThanOrEqual(Date.parse(body.builtAt ?? ''));
  });

  it('outlives the package', async () => {
    const view = await built();
    const before = await manifestOf(view);
    await used.builder.call('DELETE', `/api/v1/packages/${view.id}`);
    const { body } = await manifestOf(view);
    expect(body).toEqual({ ...before.body, deletedAt: body.deletedAt });
    expect(body.deletedAt).not.toBeNull();
  });

  it('is not there before the build', async () => {
    const { status, body } = await manifestOf(await used.uploaded());
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'BUILDER_PACKAGE_STATE' });
  });
});

describe('a software bill of materials', () => {
  const path = ({ id }: PackageView): string => `/api/v1/packages/${id}/sbom`;

  it('is kept as it was given, before or after the build, and recorded', async () => {
    const view = await used.uploaded();
    expect((await used.builder.call('GET', path(view))).status).toBe(404);
    expect((await used.builder.call('PUT', path(view), BOM)).status).toBe(204);
    await used.build(view.id);
    expect((await used.builder.call('GET', path(view))).body).toEqual(BOM);
    expect((await manifestOf(view)).body.hasSbom).toBe(true);
    const later = { ...BOM, specVersion: '1.7' };
    expect((await used.builder.call('PUT', path(view), later)).status).toBe(204);
    expect((await used.builder.call('GET', path(view))).body).toEqual(later);
    const recorded = (await used.eventsOf(view.id)).filter(({ action }) => action === 'package.attach-sbom');
    expect(recorded).toHaveLength(2);
  });

  it('may have 4 MiB, which other bodies may not', async () => {
    const view = await used.builder.create(WINDOWS);
    const long = (bytes: number): object => ({ ...BOM, padding: 'x'.repeat(bytes) });
    expect((await used.builder.call('PUT', path(view), long(4_000_000))).status).toBe(204);
    expect((await used.builder.call('PUT', path(view), long(4_200_000))).status).toBe(413);
    const settings = { ...WINDOWS, name: 'long', description: 'x'.repeat(2_000_000) };
    expect((await used.builder.call('POST', '/api/v1/packages', settings)).status).toBe(413);
  });

  it('is refused when it is none, and of a deleted package', async () => {
    const view = await built();
    const { status, body } = await used.builder.call('PUT', path(view), { ...BOM, bomFormat: 'SPDX' });
    expect(status).toBe(400);
    expect(body).toMatchObject({ field: 'bomFormat' });
    await used.builder.call('DELETE', `/api/v1/packages/${view.id}`);
    expect((await used.builder.call('PUT', path(view), BOM)).status).toBe(409);
  });
});
