import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { page, useSampleServer } from './sample-server.spec-support.js';

const id = (last: number): string => `018f0000-0000-7000-8000-${String(last).padStart(12, '0')}`;
const [FIRST, SECOND, GONE, GROUP, DEVICE] = [id(1), id(2), id(3), id(4), id(5)];
const app = (packageId: string, version: number, more: object = {}): object => ({
  ...{ id: packageId, fileId: `170000000${version}`, name: 'app', version, operatingSystem: 'linux' },
  ...{ priority: 3, state: 'built', hasArchive: true, size: 2_048, fragmentCount: 4 },
  ...more,
});
const APPS = [app(SECOND, 2), app(FIRST, 1)];
const DELETED = app(GONE, 3, { state: 'deleted' });
const words = (en: string): object => ({ en, fr: `fr ${en}` });
const parameter = (name: string, kind: string, required = false): object => ({ name, kind, required });
const template = (
  name: string,
  uploads: string,
  uploadsWith: object | null,
  parameters: object[],
): object => ({
  ...{
    name,
    operatingSystem: 'linux',
    description: words(`makes ${name}`),
    uploads,
    uploadsWith,
    parameters,
  },
});
const draft = { ...app(id(9), 3, { state: 'draft' }), upload: { url: '/nowhere' } };
const made = {
  ...app(id(9), 3, { state: 'uploaded' }),
  upload: null,
  warnings: [{ text: words('careful') }],
};
const file = { name: '1700000002-1', size: 512, sha256: 'ab' };

const { run, sent, asked, home } = useSampleServer({
  'GET /api/v1/packages': ({ name, deleted }) => {
    const all = deleted === 'all' ? [DELETED, ...APPS] : APPS;
    return page(name === undefined || name === 'app' ? all : []);
  },
  [`GET /api/v1/packages/${FIRST}`]: app(FIRST, 1),
  'GET /api/v1/package-templates': page([
    template('script', 'file', { parameter: 'script', uploads: 'nothing' }, [
      parameter('interpreter', 'text'),
      parameter('script', 'script'),
      parameter('arguments', 'lines'),
    ]),
    template('odd', 'nothing', null, [
      parameter('format', 'choice', true),
      parameter('sure', 'flag'),
      parameter('properties', 'pairs'),
    ]),
  ]),
  'POST /api/v1/packages': made,
  [`POST /api/v1/packages/${SECOND}/versions`]: draft,
  [`POST /api/v1/packages/${FIRST}/versions`]: made,
  [`POST /api/v1/packages/${id(9)}/build`]: { ...made, state: 'building' },
  [`GET /api/v1/packages/${id(9)}`]: {
    ...app(id(9), 3),
    warnings: [{ text: words('careful') }, { text: words('no unzip') }],
  },
  [`DELETE /api/v1/packages/${id(9)}`]: null,
  [`DELETE /api/v1/packages/${SECOND}`]: {
    ...{ activations: 1, withdrawn: 2, alreadyNotified: { total: 3, deviceIds: [] } },
  },
  [`DELETE /api/v1/packages/${FIRST}`]: null,
  [`GET /api/v1/packages/${SECOND}/manifest`]: {
    ...{ name: 'app', version: 2, fileId: '1700000002', archive: { size: 512, md5: 'm', sha256: 's' } },
    ...{
      fragments: [file],
      info: { ...file, name: 'info' },
      source: { fileName: 'app.tgz\u001b', sender: 'ada' },
    },
    ...{ virusScan: null, hasSbom: true, builtBy: 'ada', builtAt: '2026-01-01T00:00:00Z' },
  },
  'GET /api/v1/groups': page([{ id: GROUP, name: 'Lyon' }]),
  'POST /api/v1/download-estimates': {
    plan: { count: 4, sizeBytes: 512, lastSizeBytes: 512 },
    global: { seconds: 550, never: null, text: words('about 9 minutes') },
    devices: {
      ...{ total: 3, fastestSeconds: 1, medianSeconds: 2, slowestSeconds: 3 },
      never: [{ count: 1, reason: 'switched-off', deviceIds: [], text: words('Never: off.') }],
    },
    warnings: [{ code: 'X', text: words('too slow') }],
  },
});

describe('the name of a package', () => {
  it.each([
    ['the newest version that is not deleted', 'app', SECOND],
    ['a version', 'app@1', FIRST],
    ['a deleted version', 'app@3', GONE],
    ['a file id', '1700000001', FIRST],
    ['the file id of a deleted one', '1700000003', GONE],
    ['an id', FIRST, FIRST],
  ])('means %s', async (_, text, expected) => {
    const { out, code } = await run(['package', 'delete', text, '--json']);
    if (expected === GONE) expect(asked.at(-1)?.what).toBe(`DELETE /api/v1/packages/${GONE}`);
    else expect([code, JSON.parse(out)]).toMatchObject([0, { id: expected }]);
  });

  it.each(['other', 'app@4', 'app@', '1700000009'])('means nothing when it is %s', async (text) => {
    expect((await run(['package', 'manifest', text])).err).toContain(`There is no package "${text}"`);
  });
});

describe('entrepot packages', () => {
  it('lists versions, and deleted ones when asked to', async () => {
    expect((await run(['packages'])).out).toMatch(/app +2 +1700000002 +linux +3 +built +2.0 KiB/);
    expect((await run(['packages', '--deleted', 'all', '--name', 'app'])).out).toContain(GONE);
    expect(asked.at(-1)?.query).toMatchObject({ name: 'app', deleted: 'all' });
  });
});

describe('entrepot package create', () => {
  const create = ['package', 'create', '--name', 'app', '--os', 'linux'];

  it('fills a template: lists, pairs, switches and a script in a file', async () => {
    const script = join(home(), 'x.sh');
    await writeFile(script, 'echo a=b\n');
    const params = [`script=@${script}`, 'arguments=a', 'arguments=b=c'].flatMap((one) => ['--param', one]);
    const { code, err, out } = await run([...create, '--template', 'script', ...params]);
    expect([code, err]).toEqual([0, 'Warning: careful\n']);
    expect(asked.find(({ what }) => what === 'GET /api/v1/package-templates')?.query).toEqual({
      operatingSystem: 'linux',
    });
    expect(out).toBe('Package app@3 (file id 1700000003): building.\n');
    expect(asked.find(({ what }) => what === 'POST /api/v1/packages')?.body).toEqual({
      ...{ name: 'app', operatingSystem: 'linux' },
      template: { name: 'script', script: 'echo a=b\n', arguments: ['a', 'b=c'] },
    });
    const odd = ['format=deb', 'sure=true', 'properties.A=1', 'properties.B=2=3'].flatMap((one) => [
      '--param',
      one,
    ]);
    await run([...create, '--template', 'odd', ...odd]);
    expect(asked.at(-2)?.body).toMatchObject({
      template: { name: 'odd', format: 'deb', sure: true, properties: { A: '1', B: '2=3' } },
    });
  });

  it.each([
    ['a template that is not there', ['--template', 'none'], 'There is no template "none"'],
    [
      'a parameter that is not there',
      ['--template', 'script', '--param', 'x=1'],
      'there are: interpreter, script',
    ],
    ['a parameter without a value', ['--template', 'odd', '--param', 'sure'], 'name=value, unlike "sure"'],
    ['a parameter of no template', ['--path', '/x', '--file', 'x', '--param', 'a=b'], '--param is for'],
    ['a missing parameter', ['--template', 'odd'], 'needs --param format='],
    ['a switch that is neither on nor off', ['--template', 'odd', '--param', 'sure=1'], 'true or false'],
    ['a missing file', ['--template', 'script'], 'needs a file'],
    ['a file too many', ['--template', 'odd', '--param', 'format=x', '--file', 'x'], '--file does not go'],
    ['an action besides', ['--template', 'odd', '--param', 'format=x', '--path', '/x'], 'do not go with it'],
    [
      'a script that cannot be read',
      ['--template', 'script', '--param', 'script=@/none'],
      'Cannot read /none',
    ],
  ])('refuses %s', async (_, more, message) => {
    const { code, err } = await run([...create, ...more]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(asked.some(({ what }) => what.startsWith('POST'))).toBe(false);
  });
});

describe('entrepot package new-version', () => {
  it('sends only what is to be different', async () => {
    const { code } = await run(['package', 'new-version', 'app@1', '--priority', '1', '--command', 'true']);
    expect(code).toBe(0);
    expect(asked.at(-2)).toMatchObject({
      what: `POST /api/v1/packages/${FIRST}/versions`,
      body: { priority: 1, action: { kind: 'EXECUTE', command: 'true' } },
    });
  });

  it('shows once what is noticed when it is built', async () => {
    const { code, err } = await run([...['package', 'new-version', 'app@1', '--command', 'true', '--wait']]);
    expect([code, err]).toEqual([0, 'Warning: careful\nWarning: no unzip\n']);
  });

  it('leaves nothing behind when the new version needs an archive', async () => {
    const { code, err } = await run(['package', 'new-version', 'app']);
    expect([code, err]).toEqual([1, 'Error: --file is missing: app@3 needs an archive of its own.\n']);
    expect(asked.at(-1)?.what).toBe(`DELETE /api/v1/packages/${id(9)}`);
  });
});

describe('entrepot package delete', () => {
  it('says what could be stopped and what could not', async () => {
    const { out } = await run(['package', 'delete', 'app', '--immediately']);
    expect(asked.at(-1)?.query).toEqual({ immediately: 'true' });
    expect(out).toContain(
      'app@2 is deleted. 1 activations and 2 waiting deliveries are withdrawn. 3 devices',
    );
    expect((await run(['package', 'delete', 'app@1'])).out).toContain('It had never been built.');
  });
});

describe('entrepot package manifest', () => {
  it('shows the digests and where it comes from', async () => {
    const { out } = await run(['package', 'manifest', 'app']);
    expect(out).toMatch(/sent +app\.tgz\?/);
    expect(out).toMatch(/info +512 +ab\n1700000002-1 +512 +ab/);
  });
});

describe('entrepot templates', () => {
  it('lists them with their parameters', async () => {
    const { out } = await run(['templates', '--os', 'linux']);
    // The catalogue is not paged, and refuses what it does not know.
    expect(asked.at(-1)?.query).toEqual({ operatingSystem: 'linux' });
    expect(out).toMatch(/odd +linux +nothing +format\*, sure, properties +makes odd/);
  });
});

describe('entrepot estimate', () => {
  it('asks for a package that is there, and for a group', async () => {
    const { out, err } = await run(['estimate', 'app', '--group', 'lyon', '--speed', '1M']);
    expect(sent()).toEqual({
      ...{ bytes: 2_048, fragments: { count: 4 }, priority: 3, operatingSystem: 'linux' },
      ...{ bytesPerSecond: 1_048_576, groupId: GROUP },
    });
    expect(err).toBe('Warning: too slow\n');
    expect(out).toMatch(/the slowest +about 3 s\n1 of them +Never: off\./);
  });

  it('asks for a size and devices', async () => {
    await run(['estimate', '--size', '10M', '--fragment-size', '1M', '--device', DEVICE]);
    expect(sent()).toEqual({
      ...{ bytes: 10_485_760, fragments: { sizeBytes: 1_048_576 }, priority: 5, deviceIds: [DEVICE] },
    });
  });

  it.each([[[]], [['app', '--size', '1M']], [['--size', '1M', '--fragments', '1', '--fragment-size', '1K']]])(
    'refuses %j',
    async (more) => {
      expect((await run(['estimate', ...more])).code).toBe(2);
    },
  );
});
