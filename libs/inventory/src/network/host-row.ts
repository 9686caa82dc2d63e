import type { HostView } from './network-view.js';

/** A host as it is read. */
export interface HostRow extends Omit<HostView, 'firstSeenAt' | 'lastSeenAt'> {
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

/** Reads hosts of `netmap n`; a condition may follow. */
export const HOST_ROWS = `
  SELECT n.mac, n.ip, n.name, n.subnet, n.first_seen_at AS "firstSeenAt", n.last_seen_at AS "lastSeenAt",
    n.kind, n.description, owner.device,
    CASE WHEN f.id IS NOT NULL THEN json_build_object('id', f.id, 'name', f.name) END AS "foundBy",
    CASE WHEN owner.device IS NOT NULL THEN 'inventoried' WHEN n.kind IS NOT NULL THEN 'identified'
      ELSE 'unknown' END AS status
  FROM netmap n
  LEFT JOIN device f ON f.id = n.found_by
  LEFT JOIN LATERAL (
    SELECT json_build_object('id', d.id, 'name', d.name) AS device
    FROM network_interface i JOIN device d ON d.id = i.device_id AND d.state = 'active'
    WHERE i.mac = n.mac ORDER BY d.id LIMIT 1
  ) owner ON true`;

/** Describes a host. */
export function toHostView(row: HostRow): HostView {
  return {
    ...row,
    firstSeenAt: row.firstSeenAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
  };
}
