import { removeDirectory, temporaryDirectory } from '@entrepot/testing';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { zipOf } from '../archives/zip-of.spec-support.js';
import type { PackageView } from '../packages/package-view.js';
import { useBuilder } from '../use-builder.spec-support.js';

const used = useBuilder();
const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

async function built(settings: object, upload: Buffer): Promise<PackageView> {
  const { id } = await used.uploaded({ action: undefined, ...settings }, upload);
  return used.build(id);
}

/** The archive as agents put it together. */
async function archiveOf({ fileId, fragmentCount }: PackageView): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let n = 1; n <= (fragmentCount ?? 0); n++)
    pieces.push(await used.fragments.read({ area: 'package', owner: fileId, name: `${fileId}-${n}` }));
  return Buffer.concat(pieces);
}

it.each([
  ['windows', { name: 'msi' }, [0xd0, 0xcf, 0x11, 0xe0], 'installer.msi', ['unzip', '-q']],
  ['linux', { name: 'deb-rpm', format: 'rpm' }, [0xed, 0xab, 0xee, 0xdb], 'package.rpm', ['tar', '-xvzf']],
] as const)(
  'one file for %s is packed for template %o',
  async (operatingSystem, template, magic, name, unpack) => {
    const file = Buffer.concat([Buffer.from(magic), randomBytes(700_001)]);
    const view = await built({ operatingSystem, template, fragments: { count: 3 } }, file);
    expect(view).toMatchObject({ state: 'built', fragmentCount: 3, error: null });
    const archive = await archiveOf(view);
    expect(view).toMatchObject({ size: archive.length, digests: { md5: md5(archive) } });
    const folder = await temporaryDirectory('unpack');
    try {
      await writeFile(join(folder, 'package'), archive);
      const [program, option] = unpack;
      execFileSync(program, [option, 'package'], { cwd: folder, stdio: 'pipe' });
      expect((await readFile(join(folder, name))).equals(file)).toBe(true);
    } finally {
      await removeDirectory(folder);
    }
    const { body } = await used.builder.call<{ source: object }>(
      'GET',
      `/api/v1/packages/${view.id}/manifest`,
    );
    const sha256 = createHash('sha256').update(file).digest('hex');
    expect(body.source).toMatchObject({ size: file.length, sha256, sender: 'admin' });
  },
);

it.each([
  [{ name: 'msi' }, 'MZ no installer database'],
  [{ name: 'exe' }, ''],
])('a file that is not what template %o installs is refused', async (template, content) => {
  expect(await built({ template }, Buffer.from(content))).toMatchObject({
    state: 'failed',
    error: { code: 'BUILDER_ARCHIVE_UNREADABLE' },
  });
});

it.each([
  ['cut', 3, 2],
  ['taken as it arrived', 9, 1],
])(
  'what is large enough for threads is %s, digested and read back just the same',
  async (_how, count, readings) => {
    const archive = zipOf([['large.bin', 'x'.repeat(34 * 1024 * 1024)]]);
    const settings = { action: { kind: 'STORE', path: 'c:\\x' }, fragments: { count } };
    const view = await built(settings, archive);
    expect(view).toMatchObject({ state: 'built', fragmentCount: count, digests: { md5: md5(archive) } });
    expect(md5(await archiveOf(view))).toBe(md5(archive));
    const bytes = readings * archive.length;
    expect(view.progress).toEqual({ bytes, total: bytes });
    const events = await used.eventsOf(view.id);
    expect(events).toContainEqual(
      expect.objectContaining({
        subject: 'ocs.evt.builder.package.build-progressed.v1',
        bytes: view.progress.total,
        total: view.progress.total,
      }),
    );
    const names = { info: 'info', first: `${view.fileId}-1`, last: `${view.fileId}-${count}` };
    expect(events).toContainEqual(
      expect.objectContaining({
        subject: 'ocs.evt.builder.package.built.v1',
        version: 1,
        files: Object.fromEntries(
          Object.entries(names).map(([key, name]) => [key, expect.objectContaining({ name })]),
        ) as object,
      }),
    );
  },
);
