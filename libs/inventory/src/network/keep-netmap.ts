import type { DeviceId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { StoredRow } from '../inventories/canonical-section.js';
import { storableText } from '../storable-text.js';
import { subnetOfHost } from './network-place.js';
import { parseIpv4, parseMac } from './subnet.js';

interface FoundHost {
  readonly mac: string;
  readonly ip: string;
  readonly name: string;
  readonly subnet: string;
}

interface StoredSections {
  readonly found: readonly StoredRow[] | null;
  readonly networks: readonly StoredRow[] | null;
}

const MAX_NAME = 255;

/** Keeps what devices find on their networks: one row for each MAC, of whoever saw it last (OCS-PROTOCOL.md §3.3). */
@Injectable()
export class KeepNetmap {
  constructor(private readonly database: DataSource) {}

  /** Takes over what is stored of a device now; doing it again changes nothing. */
  async execute(deviceId: DeviceId, at: Date): Promise<void> {
    const [sections]: StoredSections[] = await this.database.query(SECTIONS_OF_DEVICE, [deviceId]);
    const hosts = foundHosts(sections?.found ?? [], sections?.networks ?? []);
    const macs = hosts.map(({ mac }) => mac);
    if (hosts.length > 0) {
      await this.database.query(KEEP_HOSTS, [
        macs,
        hosts.map(({ ip }) => ip),
        hosts.map(({ name }) => name),
        hosts.map(({ subnet }) => subnet),
        at,
        deviceId,
      ]);
    }
    await this.database.query(LEAVE_OTHERS, [deviceId, macs]);
  }
}

/** The hosts of a section IPDISCOVER, by their MACs; each once. */
function foundHosts(found: readonly StoredRow[], networks: readonly StoredRow[]): FoundHost[] {
  const hosts = new Map<string, FoundHost>();
  for (const row of found) {
    const mac = parseMac(String(row.M ?? ''));
    const ip = String(row.I ?? '').trim();
    if (mac === null || parseIpv4(ip) === null) continue;
    const name = storableText(String(row.N ?? '').trim(), MAX_NAME);
    hosts.set(mac, { mac, ip, name: name === '-' ? '' : name, subnet: subnetOfHost(networks, ip) });
  }
  // In one order for all, so that two devices of one subnet do not wait for each other.
  return [...hosts.values()].sort((a, b) => (a.mac < b.mac ? -1 : 1));
}

const SECTIONS_OF_DEVICE = `
  SELECT (SELECT rows FROM section WHERE device_id = $1 AND name = 'IPDISCOVER') AS found,
    (SELECT rows FROM section WHERE device_id = $1 AND name = 'NETWORKS') AS networks`;

const KEEP_HOSTS = `
  INSERT INTO netmap AS h (mac, ip, name, subnet, first_seen_at, last_seen_at, found_by)
  SELECT s.mac, s.ip, s.name, s.subnet, $5, $5, d.id
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS s (mac, ip, name, subnet, place)
  JOIN device d ON d.id = $6
  ORDER BY s.place
  ON CONFLICT (mac) DO UPDATE
  SET ip = excluded.ip, name = CASE excluded.name WHEN '' THEN h.name ELSE excluded.name END,
    subnet = excluded.subnet, last_seen_at = excluded.last_seen_at, found_by = excluded.found_by
  WHERE h.last_seen_at <= excluded.last_seen_at`;

const LEAVE_OTHERS = `
  UPDATE netmap SET found_by = NULL WHERE mac IN (
    SELECT mac FROM netmap WHERE found_by = $1 AND mac <> ALL ($2::text[]) ORDER BY mac FOR UPDATE)`;
