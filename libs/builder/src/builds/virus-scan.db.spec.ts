import { startClamd, waitFor, type Clamd } from '@entrepot/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { zipOf } from '../archives/zip-of.spec-support.js';
import { useBuilder } from '../use-builder.spec-support.js';
import { VirusScanner } from './virus-scanner.js';

const MAX_STREAM_BYTES = 200_000;
const BAD = 'this text plays the virus';
let clamd: Clamd;

beforeAll(async () => {
  clamd = await startClamd({ signature: { name: 'Trial', text: BAD }, maxStreamBytes: MAX_STREAM_BYTES });
});
afterAll(() => clamd.stop());

const scanned = useBuilder(() => ({ virusScanner: clamd.address }));

const archiveWith = (content: string): Buffer => zipOf([['setup.exe', content]]);
const scanOf = async (id: string): Promise<unknown> =>
  (await scanned.builder.call<{ virusScan: unknown }>('GET', `/api/v1/packages/${id}/manifest`)).body
    .virusScan;

it('builds what the scanner finds clean, and records that with the scanner and its signatures', async () => {
  const { id } = await scanned.uploaded({}, archiveWith('MZ harmless'));
  expect((await scanned.build(id)).state).toBe('built');
  expect(await scanOf(id)).toEqual({
    result: 'clean',
    scanner: expect.stringMatching(/^ClamAV /) as string,
    at: expect.any(String) as string,
  });
});

it('refuses what the scanner finds infected, names it, and makes nothing of it downloadable', async () => {
  const { id, fileId } = await scanned.uploaded({}, archiveWith(`MZ ${BAD}`));
  expect(await scanned.build(id)).toMatchObject({
    state: 'failed',
    error: { code: 'BUILDER_VIRUS_FOUND', reason: expect.stringContaining('Trial') as string },
  });
  expect(scanned.fragments.published.has(fileId)).toBe(false);
});

it('scans the file that a template packs, before it is packed', async () => {
  const { id } = await scanned.uploaded(
    { action: undefined, template: { name: 'exe' } },
    Buffer.from(`MZ ${BAD}`),
  );
  expect(await scanned.build(id)).toMatchObject({ state: 'failed', error: { code: 'BUILDER_VIRUS_FOUND' } });
});

it('builds what the scanner refuses for its size, and records that it was not looked at', async () => {
  const asked = vi.spyOn(scanned.builder.get(VirusScanner), 'begin');
  const { id } = await scanned.uploaded({}, archiveWith(`${'x'.repeat(40 * MAX_STREAM_BYTES)}${BAD}`));
  expect((await scanned.build(id)).state).toBe('built');
  expect(await scanOf(id)).toMatchObject({ result: 'too-large' });
  expect(asked).toHaveBeenCalledTimes(1);
});

it('waits for a scanner that is down, and builds nothing unscanned meanwhile', async () => {
  await clamd.kill();
  const asked = vi.spyOn(scanned.builder.get(VirusScanner), 'begin');
  const { id } = await scanned.uploaded({}, archiveWith('MZ harmless'));
  await scanned.builder.call('POST', `/api/v1/packages/${id}/build`);
  await waitFor(() => asked.mock.results.length > 0, { what: 'the scanner to be asked' });
  await expect(asked.mock.results[0]?.value).rejects.toMatchObject({ code: 'BUILDER_SCANNER_UNAVAILABLE' });
  expect((await scanned.view({ id })).state).toBe('building');
  await clamd.start();
  const ended = async (): Promise<boolean> => (await scanned.view({ id })).state !== 'building';
  await waitFor(ended, { what: 'the build to end', timeoutMs: 30_000 });
  expect(await scanOf(id)).toMatchObject({ result: 'clean' });
});
