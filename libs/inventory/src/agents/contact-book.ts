import type { DeviceId } from '@entrepot/kernel';
import { PreparedStatement } from '@entrepot/platform-database';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { isDataRefused } from '../inventories/postgres-failure.js';
import type { Peer } from './peer.js';

/** What a device called for. */
export type ContactKind = 'prolog' | 'inventory' | 'download' | 'notify';

interface Contact {
  readonly deviceId: DeviceId;
  readonly at: Date;
  readonly peer: Peer;
  readonly kind: ContactKind;
}

const FLUSH_EVERY_MS = 250;
const FLUSH_AT = 200;
/** After a failure: each try fills the pool with connections that nobody can use. */
const RETRY_AFTER_MS = 2_000;
/** Contacts that wait while the database is away; what is beyond is not written down. */
const MOST_WAITING = 20_000;

/**
 * Writes down when devices called, many at once. It may lose the last quarter of a second in a crash: nothing depends
 * on a single contact.
 */
@Injectable()
export class ContactBook implements BeforeApplicationShutdown {
  private waiting: Contact[] = [];
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> | null = null;
  private failing = false;

  constructor(
    private readonly database: DataSource,
    private readonly log: Log,
  ) {}

  /** Notes a contact of a known device, to be written soon. */
  note(deviceId: DeviceId, at: Date, peer: Peer, kind: ContactKind): void {
    if (this.waiting.length >= MOST_WAITING) return;
    this.waiting.push({ deviceId, at, peer, kind });
    if (this.waiting.length >= FLUSH_AT && !this.failing) void this.flush();
    else this.flushSoon();
  }

  /** Writes what waits, now; resolves when it is written, or waits again. */
  async flush(): Promise<void> {
    // One batch at a time: the next one collects meanwhile.
    if (this.writing !== null) return this.writing;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.waiting.length === 0) return;
    const batch = this.waiting;
    this.waiting = [];
    this.writing = this.write(batch).finally(() => {
      this.writing = null;
      if (this.waiting.length > 0) this.flushSoon();
    });
    return this.writing;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
    await this.flush();
    // Nobody is left to write what could not be written by now.
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.waiting = [];
  }

  private flushSoon(): void {
    const delay = this.failing ? RETRY_AFTER_MS : FLUSH_EVERY_MS;
    this.timer ??= setTimeout(() => void this.flush(), delay).unref();
  }

  private async write(batch: readonly Contact[]): Promise<void> {
    try {
      await WRITE_CONTACTS.run(this.database, [
        batch.map(({ deviceId }) => deviceId),
        batch.map(({ at }) => at),
        batch.map(({ kind }) => kind),
        batch.map(({ peer }) => peer.userAgent),
        batch.map(({ peer }) => peer.address),
      ]);
      this.failing = false;
    } catch (error) {
      this.failing = true;
      this.log.warn({ err: error, contacts: batch.length }, 'Contacts of devices could not be written down');
      // What PostgreSQL refuses once it refuses always, and would keep all others from being written.
      if (!isDataRefused(error)) this.waiting = [...batch, ...this.waiting].slice(0, MOST_WAITING);
    }
  }
}

// An inventory is written down as a contact with its contents. A row that is locked belongs to an inventory that is
// being stored: no need to wait for it. FIDELITY counts calls, QUALITY is the mean of the days between them (§2.2).
const WRITE_CONTACTS = new PreparedStatement(
  'write-contacts',
  `
  WITH noted AS (
    SELECT * FROM unnest((SELECT $1::uuid[]), (SELECT $2::timestamptz[]), (SELECT $3::text[]), (SELECT $4::text[]),
      (SELECT $5::text[])) AS n (device_id, at, kind, agent, address)
  ), logged AS (
    INSERT INTO contact_log (device_id, at, kind, address, user_agent)
    SELECT device_id, at, kind, address, agent FROM noted
  ), latest AS (
    SELECT DISTINCT ON (device_id) * FROM noted WHERE kind = 'prolog' ORDER BY device_id, at DESC
  ), free AS (
    SELECT n.* FROM latest n JOIN device_contact c ON c.device_id = n.device_id
    ORDER BY n.device_id FOR UPDATE OF c SKIP LOCKED
  )
  UPDATE device_contact c
  SET last_contact_at = greatest(c.last_contact_at, n.at), user_agent = n.agent, peer_address = n.address,
    fidelity = c.fidelity + 1,
    quality = CASE WHEN c.fidelity > 1
      THEN (greatest(extract(epoch FROM n.at - c.last_contact_at), 0) / 86400 + c.quality * c.fidelity) / (c.fidelity + 1)
      ELSE greatest(extract(epoch FROM n.at - c.last_contact_at), 0) / 86400 END
  FROM free n WHERE c.device_id = n.device_id`,
);
