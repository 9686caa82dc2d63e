import type { FileId, PackageId } from '@entrepot/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PackageEntity } from '../packages/package.entity.js';
import { CheckLocations, type Locations } from './check-locations.js';
import type { LocationCheck } from './location-check.js';
import { Place } from './place.spec-support.js';

const DAY_MS = 86_400_000;
const FRAGMENTS = ['one', 'two', 'three'].map((text) => Buffer.from(text.repeat(1_000)));

let place: Place;
beforeAll(async () => {
  place = await Place.start();
});
afterAll(() => place?.close());

let fileId = 1_700_000_000;
let built: PackageEntity;
beforeEach(() => {
  fileId += 1;
  built = packageWith(FRAGMENTS);
});

function packageWith(fragments: readonly Buffer[]): PackageEntity {
  const files = place.serve(String(fileId), fragments);
  return Object.assign(new PackageEntity(), {
    ...{ packageId: 'p' as PackageId, fileId: String(fileId) as FileId, name: 'app', protocol: 'HTTP' },
    ...{ fragments: fragments.length, files },
  });
}

function check(
  options: Partial<Locations> & { readonly caFile?: string | null } = {},
): Promise<LocationCheck[]> {
  const { caFile = place.caFile, ...locations } = options;
  const usual = { infoLocation: place.httpsLocation, fragmentLocation: place.httpLocation };
  return new CheckLocations({ ...usual, caFile }).execute(built, { ...usual, ...locations });
}

const path = (name: string): string => `/download/${fileId}/${name}`;
const codes = (results: readonly LocationCheck[]): string[] =>
  results.flatMap(({ problems, warnings }) => [...problems, ...warnings].map(({ code }) => code));

describe('a check of locations', () => {
  it('finds nothing wrong with a place that serves what was built', async () => {
    expect(await check()).toEqual([
      {
        ...{ location: place.httpsLocation, kind: 'info', ok: true, problems: [], warnings: [] },
        certificate: {
          subject: expect.stringContaining('CN='),
          issuer: expect.stringContaining('Entrepot local CA'),
          validTo: expect.any(String),
          daysLeft: 819,
        },
        checkedAt: expect.any(String),
      },
      {
        ...{ location: place.httpLocation, kind: 'fragments', ok: true, problems: [], warnings: [] },
        ...{ certificate: null, checkedAt: expect.any(String) },
      },
    ]);
  });

  it('fetches fragments over https when the package says so', async () => {
    built.protocol = 'HTTPS';
    const [, fragments] = await check({ fragmentLocation: place.httpsLocation });
    expect(fragments).toMatchObject({ ok: true, certificate: { daysLeft: 819 } });
    expect(codes(await check())).toEqual(['TLS_FAILED', 'TLS_FAILED']);
  });

  it('needs no fragment location for a package without archive', async () => {
    built = packageWith([]);
    expect(codes(await check({ fragmentLocation: 'nowhere.invalid/download' }))).toEqual([]);
  });

  it.each<[string, string, (name: string) => void]>([
    ['is missing', 'WRONG_STATUS', (name) => place.files.delete(path(name))],
    ['answers 206', 'WRONG_STATUS', (name) => serve(name, (_, response) => response.writeHead(206).end('x'))],
    ['is short', 'WRONG_LENGTH', (name) => place.files.set(path(name), Buffer.from('short'))],
    ['has other bytes', 'WRONG_DIGEST', (name) => place.files.set(path(name), flipped(name))],
    [
      'is longer than it says',
      'WRONG_LENGTH',
      (name) => serve(name, (_, response) => response.end('x'.repeat(9_999))),
    ],
    ['breaks off', 'UNREACHABLE', (name) => serve(name, (request) => request.socket.destroy())],
    [
      'redirects in a circle',
      'BAD_REDIRECT',
      (name) => serve(name, ({ url }, response) => response.writeHead(302, { location: url }).end()),
    ],
    [
      'redirects to another scheme',
      'BAD_REDIRECT',
      (name) =>
        serve(name, (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end()),
    ],
  ])('says so when a file %s', async (_, code, damage) => {
    damage(`${fileId}-3`);
    const [info, fragments] = await check();
    expect(info?.ok).toBe(true);
    expect(fragments).toMatchObject({
      ok: false,
      problems: [{ code, text: { en: expect.stringContaining(`${fileId}-3`), fr: expect.any(String) } }],
    });
    damage('info');
    expect((await check())[0]).toMatchObject({ ok: false, problems: [{ code }] });
  });

  it('follows redirects as agents do, for the info file to https alone', async () => {
    const elsewhere = (location: string) => (name: string) =>
      serve(name, (_, response) => response.writeHead(302, { location }).end());
    place.files.set('/elsewhere', FRAGMENTS[2] ?? Buffer.alloc(0));
    elsewhere('/elsewhere')(`${fileId}-3`);
    expect(codes(await check())).toEqual([]);
    elsewhere(`http://${place.httpLocation}/${fileId}/info`)('info');
    expect(codes(await check())).toEqual(['BAD_REDIRECT']);
  });

  it('refuses a certificate of an authority that agents do not know', async () => {
    const [info] = await check({ caFile: null });
    expect(info).toMatchObject({ ok: false, problems: [{ code: 'TLS_NOT_TRUSTED' }] });
    expect(info?.certificate?.daysLeft).toBe(819);
  });

  it('refuses a certificate for another name', async () => {
    const named = place.httpsLocation.replace('127.0.0.1', '[::ffff:127.0.0.1]');
    expect(codes(await check({ infoLocation: named }))).toEqual(['TLS_WRONG_NAME']);
  });

  it('warns when the certificate ends within 30 days, and refuses one that has ended', async () => {
    for (const [age, code, daysLeft] of [
      [800, 'CERTIFICATE_ENDS_SOON', 19],
      [830, 'TLS_EXPIRED', -11],
    ] as const) {
      const old = await Place.start(new Date(Date.now() - age * DAY_MS));
      try {
        built.files = old.serve(String(fileId), FRAGMENTS);
        const [info] = await check({ infoLocation: old.httpsLocation, caFile: old.caFile });
        expect(info).toMatchObject({ ok: code !== 'TLS_EXPIRED', certificate: { daysLeft } });
        expect(codes(info ? [info] : [])).toEqual([code]);
      } finally {
        await old.close();
      }
    }
  });

  it('checks of an old package, whose digests nobody told, that the info file is the right one', async () => {
    built.files = null;
    expect(codes(await check())).toEqual(['DIGEST_UNKNOWN', 'DIGEST_UNKNOWN', 'DIGEST_UNKNOWN']);
    place.files.set(path('info'), Buffer.from('<html>Please log in</html>'));
    expect(codes(await check())).toContain('NOT_THE_INFO_FILE');
    place.files.delete(path(`${fileId}-3`));
    expect(codes(await check())).toContain('WRONG_STATUS');
  });

  it('compares only the length of what is huge, and says so', async () => {
    const size = 300 * 2 ** 20;
    built.files = { ...files(), last: { name: `${fileId}-3`, size, sha256: 'f'.repeat(64) } };
    serve(`${fileId}-3`, (_, response) => response.writeHead(200, { 'content-length': size }).write('begun'));
    const [, fragments] = await check();
    expect(fragments).toMatchObject({ ok: true, warnings: [{ code: 'LENGTH_ONLY' }] });
  });

  it('says when nobody answers and when the file of the authority cannot be read', async () => {
    expect(codes(await check({ infoLocation: 'nowhere.invalid/download' }))).toEqual(['UNREACHABLE']);
    expect(codes(await check({ caFile: '/nowhere/cacert.pem' }))).toEqual(['CA_FILE_UNREADABLE']);
  });
});

function files(): NonNullable<PackageEntity['files']> {
  if (built.files === null) throw new Error('The package has files.');
  return built.files;
}

function serve(name: string, served: Exclude<ReturnType<Place['files']['get']>, Buffer | undefined>): void {
  place.files.set(path(name), served);
}

function flipped(name: string): Buffer {
  const bytes = Buffer.from(place.files.get(path(name)) as Buffer);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return bytes;
}
