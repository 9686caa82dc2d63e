import { createHash } from 'node:crypto';
import {
  httpRequest,
  inventoryXml,
  makeZip,
  noise,
  ScriptedAgent,
  waitFor,
  type AgentForm,
} from '@entrepot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../installation/api.js';
import { startInstallation, type Installation } from '../installation/installation.js';
import { activate, assign, buildPackage, deliveryIn, type BuiltPackage } from '../installation/packages.js';

let installation: Installation;
let api: Api;
let ca: string;
let seed = 7_000;

beforeAll(async () => {
  installation = await startInstallation();
  api = await Api.login(installation);
  ca = (await httpRequest(`${installation.httpUrl}/cacert.pem`)).body.toString('utf8');
});

afterAll(() => installation.stop());

interface Called {
  readonly agent: ScriptedAgent;
  readonly deviceId: string;
}

/** A machine whose agent speaks as Windows agents do (OCS-PROTOCOL.md §1.3). */
async function inventoried(form: AgentForm = 'windows', history: readonly string[] = []): Promise<Called> {
  seed += 1;
  const agentDeviceId = `WIN-${seed}-2026-01-01-10-00-00`;
  const agent = new ScriptedAgent({
    server: `${installation.httpUrl}/ocsinventory`,
    deviceId: agentDeviceId,
    form,
    ca,
  });
  await report(agent, history);
  const { items } = await api.post<{ items: { id: string; agentDeviceId: string }[] }>(
    '/api/v1/devices/search',
    {
      text: agentDeviceId,
    },
  );
  const found = items.find((item) => item.agentDeviceId === agentDeviceId);
  if (found === undefined) throw new Error(`${agentDeviceId} is not listed`);
  return { agent, deviceId: found.id };
}

async function report(agent: ScriptedAgent, history: readonly string[]): Promise<void> {
  const packages = history.map((id) => `<PACKAGE ID="${id}"/>`).join('');
  const extra = history.length === 0 ? '' : `<DOWNLOAD><HISTORY>${packages}</HISTORY></DOWNLOAD>`;
  const fields = { HARDWARE: { OSNAME: 'Microsoft Windows 11 Pro' } };
  const sent = await agent.inventory(inventoryXml({ seed, deviceId: agent.deviceId, fields, extra }));
  expect(sent.status).toBe(200);
}

async function build(
  settings: object,
  archive: Buffer | null,
): Promise<BuiltPackage & { activationId: string }> {
  const made = await buildPackage(
    installation.httpUrl,
    api,
    { operatingSystem: 'windows', ...settings },
    archive,
  );
  return { ...made, activationId: await activate(api, made.id) };
}

/** What the downloader does with an offer: info by https, fragments in turn, digest of the whole. */
async function fetchPackage(agent: ScriptedAgent, fileId: string): Promise<Readonly<Record<string, string>>> {
  const offer = (await agent.prolog()).packages.find(({ ID }) => ID === fileId);
  expect(offer, 'the offer').toBeDefined();
  const info = await agent.downloadInfo(`https://${offer?.['INFO_LOC'] ?? ''}/${fileId}/info`);
  expect(info.status).toBe(200);
  expect(info.attributes['ID']).toBe(fileId);
  const hash = createHash('md5');
  for (let n = 1; n <= Number(info.attributes['FRAGS']); n++) {
    const fragment = await agent.download(`http://${offer?.['PACK_LOC'] ?? ''}/${fileId}/${fileId}-${n}`);
    expect(fragment.status).toBe(200);
    hash.update(fragment.body);
  }
  if (info.attributes['FRAGS'] !== '0') expect(hash.digest('hex')).toBe(info.attributes['DIGEST']);
  return info.attributes;
}

describe('a package for a Windows agent', () => {
  it('is offered, fetched by the offered locations, reported, and shown at each stage', async () => {
    const { agent, deviceId } = await inventoried();
    const made = await build(
      { name: 'Putty', action: { kind: 'STORE', path: 'c:\\logiciels\\Putty\\' }, fragments: { count: 3 } },
      makeZip({ 'putty.exe': { content: noise(30_000) } }),
    );
    await assign(api, made.activationId, deviceId);
    expect((await deliveryIn(api, made.id, deviceId, 'waiting')).stage).toBe('waiting');
    const attributes = await fetchPackage(agent, made.fileId);
    expect(attributes).toMatchObject({ ACT: 'STORE', PATH: 'c:\\logiciels\\Putty\\', FRAGS: '3', PRI: '5' });
    expect(attributes['PACK_LOC']).toBeUndefined();
    await waitFor(async () => (await deliveryIn(api, made.id, deviceId, 'notified')).stage === 'downloaded', {
      what: 'the funnel to see the whole download',
      timeoutMs: 30_000,
    });
    await agent.report(made.fileId, 'SUCCESS');
    const delivery = await deliveryIn(api, made.id, deviceId, 'succeeded');
    expect(delivery.stage).toBe('succeeded');
    expect(delivery.fragments).toMatchObject({ fetched: 3, total: 3 });
    expect((await agent.prolog()).packages).toEqual([]);
  });

  it.each([
    ['msi', { properties: { ALLUSERS: '1' } }, 'd0cf11e0a1b11ae1', 'EXECUTE', 'msiexec'],
    ['exe', { switches: '/S' }, '4d5a', 'LAUNCH', 'setup.exe'],
  ])('made by the template %s says what to run', async (name, parameters, magic, act, word) => {
    const { agent, deviceId } = await inventoried();
    const made = await build(
      { name: `By template ${name}`, template: { name, ...parameters } },
      Buffer.concat([Buffer.from(magic, 'hex'), noise(20_000)]),
    );
    await assign(api, made.activationId, deviceId);
    const attributes = await fetchPackage(agent, made.fileId);
    expect(attributes['ACT']).toBe(act);
    expect(attributes['COMMAND'] ?? attributes['NAME']).toContain(word);
  });

  it.each([
    ['EXIT_CODE_1603', 'failed'],
    ['ERR_UNZIP', 'failed'],
    ['SUCCESS_REBOOT_REQUIRED', 'succeeded'],
    ['SUCCESS_ALREADY_SETUP', 'succeeded'],
  ])('that ends in %s has %s, and the reason is there in words', async (code, state) => {
    const { agent, deviceId } = await inventoried();
    const made = await build(
      { name: `Ends in ${code}`, action: { kind: 'EXECUTE', command: 'cmd /c rem' } },
      null,
    );
    await assign(api, made.activationId, deviceId);
    await fetchPackage(agent, made.fileId);
    await agent.report(made.fileId, code);
    const delivery = await deliveryIn(api, made.id, deviceId, state);
    expect(delivery.code).toBe(code);
    expect(delivery.reason.en.length).toBeGreaterThan(20);
    expect(delivery.reason.fr).not.toBe(delivery.reason.en);
  });

  it('that its history has is not offered again, and is when it is forced', async () => {
    const { agent, deviceId } = await inventoried();
    const made = await build(
      { name: 'In its history', action: { kind: 'EXECUTE', command: 'cmd /c rem' } },
      null,
    );
    await report(agent, [made.fileId]);
    await assign(api, made.activationId, deviceId);
    expect((await agent.prolog()).packages).toEqual([]);
    expect((await deliveryIn(api, made.id, deviceId, 'succeeded')).code).toBe('SUCCESS_ALREADY_IN_HISTORY');
    await assign(api, made.activationId, deviceId, { force: true });
    const [offer] = (await agent.prolog()).packages;
    expect(offer).toMatchObject({ ID: made.fileId, FORCE: '1' });
    await agent.report(made.fileId, 'SUCCESS');
    await deliveryIn(api, made.id, deviceId, 'succeeded');
    expect((await agent.prolog()).packages).toEqual([]);
  });

  it('has its date and its command after it', async () => {
    const { agent, deviceId } = await inventoried();
    const made = await build({ name: 'At night', action: { kind: 'EXECUTE', command: 'cmd /c rem' } }, null);
    await assign(api, made.activationId, deviceId, { schedule: '2031/12/24 22:00', postCommand: 'SHUTDOWN' });
    const [offer] = (await agent.prolog()).packages;
    expect(offer).toMatchObject({ SCHEDULE: '2031/12/24 22:00', POSTCMD: 'SHUTDOWN' });
  });
});

describe('a deleted package', () => {
  it('is offered no more; whoever was told may fetch its fragments until he has reported', async () => {
    const told = await inventoried();
    const waiting = await inventoried();
    const made = await build(
      { name: 'Deleted', action: { kind: 'STORE', path: 'c:\\x' }, fragments: { count: 2 } },
      makeZip({ 'x.bin': { content: noise(9_000) } }),
    );
    await assign(api, made.activationId, told.deviceId);
    await assign(api, made.activationId, waiting.deviceId);
    const [offer] = (await told.agent.prolog()).packages;
    const answer = await api.ask<object>('DELETE', `/api/v1/packages/${made.id}`);
    expect(answer).toMatchObject({ status: 200, body: { withdrawn: 1, alreadyNotified: { total: 1 } } });
    expect((await waiting.agent.prolog()).packages).toEqual([]);
    const fragment = `http://${offer?.['PACK_LOC'] ?? ''}/${made.fileId}/${made.fileId}-1`;
    expect((await told.agent.download(fragment)).status).toBe(200);
    await told.agent.report(made.fileId, 'SUCCESS');
    await waitFor(async () => (await told.agent.download(fragment)).status === 404, {
      what: 'the fragments to be gone',
      timeoutMs: 30_000,
    });
    const again = await api.ask<{ code: string }>('POST', '/api/v1/packages', {
      name: 'Deleted',
      operatingSystem: 'windows',
      action: { kind: 'STORE', path: 'c:\\x' },
    });
    expect(again).toMatchObject({ status: 409, body: { code: 'BUILDER_PACKAGE_NAME_TAKEN' } });
  });

  it('that is taken back at once is gone for everybody, and a new version has another file id', async () => {
    const { agent, deviceId } = await inventoried();
    const made = await build(
      { name: 'Defective', action: { kind: 'STORE', path: 'c:\\x' } },
      makeZip({ 'x.bin': { content: noise(9_000) } }),
    );
    await assign(api, made.activationId, deviceId);
    const [offer] = (await agent.prolog()).packages;
    const next = await api.post<{ fileId: string; version: number }>(`/api/v1/packages/${made.id}/versions`);
    expect(next.version).toBe(2);
    expect(next.fileId).not.toBe(made.fileId);
    await api.ask('DELETE', `/api/v1/packages/${made.id}?immediately=true`);
    const fragment = `http://${offer?.['PACK_LOC'] ?? ''}/${made.fileId}/${made.fileId}-1`;
    await waitFor(async () => (await agent.download(fragment)).status === 404, {
      what: 'the fragments to be gone',
      timeoutMs: 30_000,
    });
  });
});
