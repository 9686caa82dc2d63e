import type { DeviceId } from '@entrepot/kernel';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { isDataRefused } from '../inventories/postgres-failure.js';
import type { Peer } from './peer.js';

interface Contact {
  readonly at: Date;
  readonly peer: Peer;
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
  private waiting = new Map<DeviceId, Contact>();
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> | null = null;
  private failing = false;

  constructor(
    private readonly database: DataSource,
    private readonly log: Log,
  ) {}

  /** Notes a contact of a known device, to be written soon. */
  note(deviceId: DeviceId, at: Date, peer: Peer): void {
    if (this.waiting.size >= MOST_WAITING && !this.waiting.has(deviceId)) return;
    this.waiting.set(deviceId, { at, peer });
    if (this.waiting.size >= FLUSH_AT && !this.failing) void this.flush();
    else this.flushSoon();
  }

  /** Writes what waits, now; resolves when it is written, or waits again. */
  async flush(): Promise<void> {
    // One batch at a time: the next one collects meanwhile.
    if (this.writing !== null) return this.writing;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.waiting.size === 0) return;
    const batch = this.waiting;
    this.waiting = new Map();
    this.writing = this.write(batch).finally(() => {
      this.writing = null;
      if (this.waiting.size > 0) this.flushSoon();
    });
    return this.writing;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
    await this.flush();
    // Nobody is left to write what could not be written by now.
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.waiting.clear();
  }

  private flushSoon(): void {
    const delay = this.failing ? RETRY_AFTER_MS : FLUSH_EVERY_MS;
    this.timer ??= setTimeout(() => void this.flush(), delay).unref();
  }

  private async write(batch: ReadonlyMap<DeviceId, Contact>): Promise<void> {
    const contacts = [...batch];
    try {
      await this.database.query(WRITE_CONTACTS, [
        contacts.map(([deviceId]) => deviceId),
        contacts.map(([, { at }]) => at),
        contacts.map(([, { peer }]) => peer.userAgent),
        contacts.map(([, { peer }]) => peer.address),
      ]);
      this.failing = false;
    } catch (error) {
      this.failing = true;
      this.log.warn(
        { err: error, contacts: contacts.length },
        'Contacts of devices could not be written down',
      );
      // What PostgreSQL refuses once it refuses always, and would keep all others from being written.
      if (!isDataRefused(error)) this.putBack(contacts);
    }
  }

  /** Lets contacts wait again, but for those of devices that have called since. */
  private putBack(contacts: readonly (readonly [DeviceId, Contact])[]): void {
    for (const [deviceId, contact] of contacts) {
      if (this.waiting.size >= MOST_WAITING) return;
      if (!this.waiting.has(deviceId)) this.waiting.set(deviceId, contact);
    }
  }
}

// A row that is locked belongs to an inventory that is being stored, which is a contact itself: no need to wait for it.
const WRITE_CONTACTS = `
  WITH noted AS (
    SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[]) AS n (device_id, at, agent, address)
  ), free AS (
    SELECT c.device_id FROM device_contact c WHERE c.device_id IN (SELECT device_id FROM noted)
    ORDER BY c.device_id FOR UPDATE SKIP LOCKED
  )
  UPDATE device_contact c
  SET last_contact_at = greatest(c.last_contact_at, n.at), user_agent = n.agent, peer_address = n.address
  FROM noted n JOIN free f ON f.device_id = n.device_id
  WHERE c.device_id = n.device_id`;
