import { useDatabase, waitFor } from '@entrepot/testing';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ProxyTrial } from '../proxies/proxy-trial.spec-support.js';
import { VerifyPackage } from './verify-package.js';

const used = useDatabase();
let trial: ProxyTrial;

beforeAll(async () => {
  trial = await ProxyTrial.start(used.url());
});

afterAll(async () => {
  await trial?.stop();
});

it('takes a damaged fragment back from a real squid that has it, and never lets one fetch it from us', async () => {
  const registered = [await trial.registered(), await trial.registered(trial.accelerator())];
  const [kept, lost] = [randomBytes(50_000), randomBytes(50_000)];
  const fileId = await trial.fragments.publish([kept, lost]);
  await trial.fetched(fileId, 1);
  for (const n of [1, 2]) {
    const path = await trial.fragments.objectOf(fileId, `${fileId}-${n}`);
    const bytes = await readFile(path);
    bytes[7] = (bytes[7] ?? 0) ^ 1;
    await writeFile(path, bytes);
  }
  const before = (await trial.squid.accesses()).length;
  await trial.fragments.get(VerifyPackage).execute(fileId);
  const direct = async (n: number): Promise<Buffer | number> => {
    const response = await fetch(`${trial.fragments.origin}/download/${fileId}/${fileId}-${n}`);
    return response.status === 200 ? Buffer.from(await response.arrayBuffer()) : response.status;
  };
  expect(await direct(1)).toEqual(kept);
  expect(await direct(2)).toBe(503);
  const asked = await waitFor(async () => {
    const accesses = (await trial.squid.accesses()).slice(before);
    return accesses.length >= 3 ? accesses : null;
  });
  const answers = asked.map(({ status, url }) => [url.endsWith('-1') ? 1 : 2, status] as const);
  expect(answers.toSorted(([one], [other]) => one - other)).toEqual([
    [1, 200],
    ...registered.map(() => [2, 504]),
  ]);
});
