import { removeDirectory, temporaryDirectory, useDatabase, waitFor } from '@entrepot/testing';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { startBuilder, TUS, type RunningBuilder } from './builder-program.spec-support.js';
import { FragmentsOnDisk } from './fragments-on-disk.spec-support.js';
import type { BuilderOptions } from './index.js';
import type { PackageView } from './packages/package-view.js';
import { RecordedWithdrawals } from './recorded-withdrawals.spec-support.js';
import { zipOf } from './archives/zip-of.spec-support.js';

export const WINDOWS = { operatingSystem: 'windows', action: { kind: 'STORE', path: 'c:\\x' } };
const SMALL_ARCHIVE = zipOf([['setup.exe', 'MZ']]);
const CHUNK_TYPE = { 'content-type': 'application/offset+octet-stream' };

/** The builder of one spec file, with a database and stored bytes of its own; only inside hooks and tests. */
export class UsedBuilder {
  running: RunningBuilder | null = null;
  stored: FragmentsOnDisk | null = null;
  readonly activation = new RecordedWithdrawals();

  constructor(readonly url: () => string) {}

  get builder(): RunningBuilder {
    if (this.running === null) throw new Error('useBuilder(): it runs only inside hooks and tests');
    return this.running;
  }

  get fragments(): FragmentsOnDisk {
    if (this.stored === null) throw new Error('useBuilder(): bytes are stored only inside hooks and tests');
    return this.stored;
  }

  /** A package with its archive, ready to be built. */
  async uploaded(settings: object = {}, archive = SMALL_ARCHIVE): Promise<PackageView> {
    const view = await this.builder.create({ ...WINDOWS, ...settings });
    await this.builder.upload(view, archive);
    return view;
  }

  async view({ id }: Pick<PackageView, 'id'>): Promise<PackageView> {
    return (await this.builder.call<PackageView>('GET', `/api/v1/packages/${id}`)).body;
  }

  /** Asks for a build and waits for its end. */
  async build(id: string): Promise<PackageView> {
    expect((await this.builder.call('POST', `/api/v1/packages/${id}/build`)).status).toBe(202);
    const ended = async (): Promise<PackageView | false> => {
      const view = await this.view({ id });
      return view.state !== 'building' && view;
    };
    return waitFor(ended, { what: 'the build to end', timeoutMs: 30_000 });
  }

  uploadUrl(view: PackageView): string {
    return this.builder.origin + (view.upload?.url ?? '');
  }

  /** One request to the upload of a package. */
  tus(view: PackageView, method: string, headers: Record<string, string>, body?: Buffer): Promise<Response> {
    return fetch(this.uploadUrl(view), { method, headers: { ...TUS, ...headers }, ...(body && { body }) });
  }

  patch(
    view: PackageView,
    offset: number,
    body: Buffer,
    more: Record<string, string> = {},
  ): Promise<Response> {
    return this.tus(view, 'PATCH', { ...CHUNK_TYPE, 'upload-offset': String(offset), ...more }, body);
  }

  /** Where the parts of an upload are stored at present. */
  async storageOf({ id }: PackageView): Promise<string> {
    const rows: { storage_id: string }[] = await this.builder.database.query(
      'SELECT storage_id FROM upload WHERE package_id = $1',
      [id],
    );
    return rows[0]?.storage_id ?? '';
  }

  /** Waits until nothing is stored any more for the owner of an upload. */
  async freed(storageId: string): Promise<void> {
    const isFree = async (): Promise<boolean> => !(await this.fragments.owners('upload')).includes(storageId);
    await waitFor(isFree, { what: `the bytes of ${storageId} to be freed` });
  }

  /** Waits until a query waits for a lock of another. */
  async someoneWaits(): Promise<void> {
    const isWaiting = async (): Promise<boolean> => {
      const rows: unknown[] = await this.builder.database.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    };
    await waitFor(isWaiting, { what: 'somebody to wait for a lock' });
  }

  /** What is, or was, in the outbox about a package. */
  async eventsOf(id: string): Promise<Record<string, unknown>[]> {
    const rows: { subject: string; payload: Record<string, unknown> }[] = await this.builder.database.query(
      'SELECT subject, payload FROM outbox WHERE ordering_key = $1 ORDER BY id',
      [id],
    );
    return rows.map(({ subject, payload }) => ({ subject, ...payload }));
  }
}

/**
 * Gives a spec file a running builder. Call it at the top of the file.
 * @param options what differs from an ordinary installation; asked for when it starts
 */
export function useBuilder(options: () => Partial<BuilderOptions> = () => ({})): UsedBuilder {
  const database = useDatabase();
  const used = new UsedBuilder(() => database.url());
  let directory = '';
  beforeAll(async () => {
    directory = await temporaryDirectory('builder');
    used.stored = new FragmentsOnDisk(directory);
    const { stored: fragments, activation } = used;
    used.running = await startBuilder(database.url(), { fragments, activation, options: options() });
  });
  afterEach(() => {
    used.fragments.failure = () => undefined;
    used.activation.reply = RecordedWithdrawals.nothing;
    vi.restoreAllMocks();
  });
  afterAll(async () => {
    await used.running?.stop();
    await removeDirectory(directory);
  });
  return used;
}
