import { filesServed, type EventOf } from '@entrepot/contracts';
import { useDatabase } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActivationTrial, messageFor, type BuiltPackage } from '../activation-trial.spec-support.js';
import { DELIVERY_STAGES } from '../deliveries/delivery-stage.js';
import { ForgetProgress } from './forget-progress.js';
import { RecordAccessesConsumer } from './record-accesses.consumer.js';

type Access = EventOf<typeof filesServed>['accesses'][number];

const FRAGMENTS = 4;

const used = useDatabase();
let trial: ActivationTrial;
beforeAll(async () => {
  trial = await ActivationTrial.start(used.url());
});
afterAll(() => trial?.app.close());

let built: BuiltPackage;
let device = '';
let address = '';
let lastOctet = 0;
beforeEach(async () => {
  built = await trial.activated(5, { fragments: FRAGMENTS });
  device = uuidv7();
  lastOctet += 1;
  address = `10.0.0.${lastOctet}`;
});

/** Answers begin a minute from now, after everything that the spec has done, and each comes later than the one before. */
let clock = Date.now() + 60_000;
function access(fragment: number, given: Partial<Access> = {}): Access {
  clock += 1_000;
  return {
    ...{ fileId: built.fileId, fragment, ticket: null, address, requests: 1, complete: 1, bytes: 100 },
    at: new Date(clock).toISOString(),
    ...given,
  };
}

function served(
  accesses: readonly Access[],
  context = messageFor('activation.record-accesses'),
): Promise<void> {
  const event = filesServed.schema.parse({ accesses, at: new Date().toISOString() });
  return trial.app.get(RecordAccessesConsumer).handle(event, context);
}

/** Tells the device of the package. @returns the unguessable part of where it was told to fetch the info file */
async function tell(deviceId = device): Promise<string> {
  await trial.assign(built.activationId, [deviceId], { force: true });
  await trial.prolog(deviceId);
  const rows: { ticket: string }[] = await trial.app
    .get(DataSource)
    .query('SELECT ticket FROM delivery WHERE device_id = $1 ORDER BY attempt DESC LIMIT 1', [deviceId]);
  return rows[0]?.ticket ?? '';
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- specs read answers as a script would
async function newest(deviceId = device): Promise<any> {
  return (await trial.deliveries(deviceId))[0];
}

describe('the funnel', () => {
  it('shows what a device that was told has fetched, and never its ticket', async () => {
    const ticket = await tell();
    expect(ticket.length).toBeGreaterThanOrEqual(22);
    expect(await newest()).toMatchObject({ stage: 'offered', infoFetchedAt: null, fragments: null });
    const info = access(0, { ticket });
    await served([info]);
    expect(await newest()).toMatchObject({
      ...{ stage: 'info-fetched', infoFetchedAt: info.at, stageSince: info.at, fragments: null },
    });
    await served([access(1), access(3)]);
    const fragments = { fetched: 2, total: FRAGMENTS, address };
    expect(await newest()).toMatchObject({ stage: 'downloading', severity: 'info', fragments });
    await served([access(2), access(4)]);
    const shown = await newest();
    expect(shown).toMatchObject({ stage: 'downloaded', fragments: { ...fragments, fetched: FRAGMENTS } });
    expect(JSON.stringify(shown)).not.toContain(ticket);
    await trial.report(device, built.fileId, 'SUCCESS', undefined, new Date(clock));
    expect(await newest()).toMatchObject({ stage: 'succeeded', fragments: { fetched: FRAGMENTS } });
  });

  it('counts a message that comes twice once', async () => {
    const ticket = await tell();
    const context = messageFor('activation.record-accesses');
    const accesses = [access(0, { ticket }), access(1), access(1), access(2, { requests: 9, complete: 3 })];
    await served(accesses, context);
    await served(accesses, context);
    const rows: unknown[] = await trial.app
      .get(DataSource)
      .query('SELECT bytes::integer, fetched::text FROM fragment_progress WHERE file_id = $1', [
        built.fileId,
      ]);
    expect(rows).toEqual([{ bytes: 300, fetched: '{[1,3)}' }]);
  });

  it('leaves out what broke off, what no package has and what is at no place that anybody was told of', async () => {
    const ticket = await tell();
    const other = await trial.activated(5, { fragments: FRAGMENTS });
    await served([
      access(0, { ticket, complete: 0 }),
      access(0, { ticket: 'guessed' }),
      access(0, { ticket, fileId: other.fileId }),
      access(1, { fileId: '1999999999' }),
    ]);
    expect(await newest()).toMatchObject({ stage: 'offered' });
    await served([access(0, { ticket }), access(1, { complete: 0 }), access(FRAGMENTS + 1)]);
    expect(await newest()).toMatchObject({ stage: 'info-fetched' });
  });

  it('keeps the first time that the info file was fetched', async () => {
    const ticket = await tell();
    const late = access(0, { ticket, at: new Date(clock + 3_600_000).toISOString() });
    const first = access(0, { ticket });
    await served([late, first]);
    await served([access(0, { ticket, address: '10.9.9.9' })]);
    expect(await newest()).toMatchObject({ infoFetchedAt: first.at });
  });

  it('does not count what others fetched, nor what an earlier attempt did', async () => {
    await served([access(0, { ticket: await tell() }), access(1), access(2), access(3)]);
    const elsewhere = uuidv7();
    await served([access(0, { ticket: await tell(elsewhere), address: '10.8.8.8' })]);
    expect(await newest(elsewhere)).toMatchObject({ stage: 'info-fetched' });
    await trial.report(device, built.fileId, 'ERR_EXECUTE');
    await served([access(0, { ticket: await tell() }), access(1)]);
    expect(await newest()).toMatchObject({ stage: 'downloading', fragments: { fetched: 1 } });
  });

  it('keeps what another machine behind the same address is fetching', async () => {
    await served([access(0, { ticket: await tell() }), access(1), access(2)]);
    const neighbour = uuidv7();
    await served([access(0, { ticket: await tell(neighbour) }), access(3)]);
    expect(await newest()).toMatchObject({ stage: 'downloading', fragments: { fetched: 3 } });
  });

  it('is forgotten 90 days after the last fragment', async () => {
    const ticket = await tell();
    await served([access(0, { ticket }), access(1)]);
    const forget = trial.app.get(ForgetProgress);
    const left = async (): Promise<number> => {
      const rows: unknown[] = await trial.app
        .get(DataSource)
        .query('SELECT 1 FROM fragment_progress WHERE file_id = $1', [built.fileId]);
      return rows.length;
    };
    await forget.execute();
    expect(await left()).toBe(1);
    await trial.app
      .get(DataSource)
      .query(`UPDATE fragment_progress SET last_at = now() - interval '91 days' WHERE file_id = $1`, [
        built.fileId,
      ]);
    await forget.execute();
    expect(await left()).toBe(0);
  });
});

describe('the list of deliveries', () => {
  it('finds those in a stage, as each of them says itself, and by code and assignment', async () => {
    const { fileId, packageId, activationId } = built;
    const devices = Array.from({ length: 9 }, () => uuidv7());
    const [, , , , , succeeded = '', failed = '', , again = ''] = devices;
    await trial.assign(activationId, devices);
    const tickets = new Map<string, string>();
    for (const deviceId of devices.slice(1, 8)) tickets.set(deviceId, await tell(deviceId));
    for (const [index, deviceId] of devices.slice(2, 5).entries()) {
      const from = `10.7.${lastOctet}.${index}`;
      const fragments = [0, 2, FRAGMENTS][index] ?? 0;
      await served([access(0, { ticket: tickets.get(deviceId) ?? '', address: from })]);
      for (let n = 1; n <= fragments; n++) await served([access(n, { address: from })]);
    }
    await trial.report(succeeded, fileId, 'SUCCESS');
    await trial.report(failed, fileId, 'ERR_EXECUTE');
    await trial.call('POST', `packages/${packageId}/archives`, { kind: 'succeeded' });
    await trial.assign(activationId, [again]);
    const list = async (query: string): Promise<{ stage: string; id: string }[]> =>
      (await trial.call('GET', `deliveries?packageId=${packageId}&${query}`)).body.items;
    const all = [...(await list('')), ...(await list('archived=true'))];
    for (const stage of DELIVERY_STAGES) {
      const expected = all.filter((delivery) => delivery.stage === stage).map(({ id }) => id);
      expect(
        (await list(`stage=${stage}`)).map(({ id }) => id),
        stage,
      ).toEqual(expected);
      const { total } = (await trial.call('GET', `deliveries?packageId=${packageId}&stage=${stage}`)).body;
      expect(total, stage).toBe(expected.length);
    }
    const seen = new Set(all.map(({ stage }) => stage));
    expect([...seen].sort()).toEqual(
      [
        'archived',
        'downloaded',
        'downloading',
        'failed',
        'info-fetched',
        'offered',
        'superseded',
        'waiting',
      ].sort(),
    );
    expect(await list('code=ERR_EXECUTE')).toMatchObject([{ deviceId: failed }]);
    const [{ assignmentId }] = await trial.deliveries(again);
    expect(await list(`assignmentId=${assignmentId}`)).toMatchObject([{ attempt: 2 }, { attempt: 1 }]);
    expect(await list(`assignmentId=${assignmentId}&latest=true`)).toMatchObject([{ attempt: 2 }]);
  });
});
