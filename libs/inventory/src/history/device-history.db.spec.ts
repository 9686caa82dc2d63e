import { deflateSync, gzipSync } from 'node:zlib';
import { encodeCursor } from '@entrepot/platform-http';
import { deviceIdFor, httpRequest, inventoryXml } from '@entrepot/testing';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { useInventoryProgram } from '../inventory-program.spec-support.js';

const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
const { agent, api, findDevice } = program;
const database = (): DataSource => program.app().get(DataSource, { strict: false });
const NOBODY = '0195d0a0-0000-7000-8000-000000000009';
const uuid = (last: number): string => `0195d0a0-0000-7000-8000-${String(last).padStart(12, '0')}`;

interface Listed {
  readonly items: Record<string, unknown>[];
  readonly total: number;
  readonly next: string | null;
}
const registered = async (seed: number): Promise<string> => {
  await agent(deviceIdFor(seed)).inventory(inventoryXml({ seed, softwares: 3 }));
  return (await findDevice(deviceIdFor(seed))).id;
};
/** Follows a list to its end, two items at a time. */
const all = async (path: string): Promise<Record<string, unknown>[]> => {
  const items: Record<string, unknown>[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`;
    const page = (await api('GET', `${path}${path.includes('?') ? '&' : '?'}limit=2${query}`)).json as Listed;
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return items;
};
const download = async (
  path: string,
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> => {
  const answer = await httpRequest(`${program.base()}/api/v1${path}`, {
    headers: { Authorization: 'Bearer t' },
  });
  return { status: answer.status, headers: answer.headers, text: answer.body.toString('latin1') };
};

describe('the overview of a device', () => {
  it('says what people look for first, and what it belongs to', async () => {
    const id = await registered(1);
    const other = await registered(2);
    await database().query(
      `INSERT INTO device_group (id, name, description, kind, created_at, created_by, definition_changed_at)
       VALUES ($1, 'a', '', 'static', now(), 'x', now()), ($2, 'b', '', 'static', now(), 'x', now())`,
      [uuid(1), uuid(2)],
    );
    await database().query(
      `INSERT INTO group_member (group_id, device_id, origin, since)
       VALUES ($1, $3, 'included', now()), ($2, $3, 'excluded', now())`,
      [uuid(1), uuid(2), id],
    );
    await database().query(
      `INSERT INTO duplicate_pair (id, older_id, newer_id, score, reasons, state, found_at)
       VALUES ($1, $2, $3, 60, '[]', 'open', now())`,
      [uuid(3), id, other],
    );
    const { json } = await api('GET', `/devices/${id}`);
    expect(json).toMatchObject({
      ...{ state: 'active', mergedInto: null, groups: 1, openDuplicates: 1 },
      highlights: {
        osVersion: expect.any(String) as unknown,
        memory: expect.any(Number) as unknown,
        processor: expect.any(String) as unknown,
        serial: expect.any(String) as unknown,
        model: expect.any(String) as unknown,
      },
    });
    expect((await api('GET', `/devices/${other}`)).json).toMatchObject({ groups: 0, openDuplicates: 1 });
  });

  it('names the device that has absorbed it, whose values cannot be set here', async () => {
    const [id, survivor] = [await registered(3), await registered(4)];
    await database().query(`UPDATE device SET state = 'merged', merged_into = $2 WHERE id = $1`, [
      id,
      survivor,
    ]);
    expect((await api('GET', `/devices/${id}`)).json).toMatchObject({
      state: 'merged',
      mergedInto: survivor,
    });
    expect((await api('PUT', `/devices/${id}/account-fields`, { TAG: 'x' })).json).toMatchObject({
      ...{ status: 409, code: 'INVENTORY_DEVICE_STATE', mergedInto: survivor },
    });
  });
});

describe('what has happened to a device', () => {
  it('is listed newest first, contacts of the same moment too', async () => {
    const id = await registered(5);
    await database().query('DELETE FROM contact_log WHERE device_id = $1', [id]);
    await database().query(
      `INSERT INTO contact_log (device_id, at, kind, address, user_agent)
       SELECT $1, t, 'prolog', '192.0.2.' || n, 'agent' FROM unnest($2::timestamptz[]) WITH ORDINALITY AS c (t, n)`,
      [
        id,
        [
          '2026-01-01T00:00:00.000001Z',
          '2026-01-01T00:00:00.000002Z',
          ...Array<string>(4).fill('2026-01-02Z'),
        ],
      ],
    );
    const contacts = await all(`/devices/${id}/contacts`);
    expect(contacts.map(({ address }) => address)).toEqual([6, 5, 4, 3, 2, 1].map((n) => `192.0.2.${n}`));
    expect(contacts[0]).toEqual({
      ...{ at: '2026-01-02T00:00:00.000Z', kind: 'prolog', address: '192.0.2.6', userAgent: 'agent' },
    });
  });

  it('is listed by section: the rows that came and went', async () => {
    const id = await registered(6);
    await database().query('DELETE FROM section_change WHERE device_id = $1', [id]);
    await database().query(
      `INSERT INTO section_change (device_id, section, at, added_count, removed_count, added, removed)
       SELECT $1, s, '2026-01-01Z', n, 0, jsonb_build_array(jsonb_build_object('NAME', s || n)), '[]'
       FROM unnest(ARRAY['DRIVES', 'SOFTWARES', 'DRIVES']) WITH ORDINALITY AS c (s, n)`,
      [id],
    );
    const changes = await all(`/devices/${id}/changes`);
    expect(changes.map(({ added }) => added)).toEqual([
      [{ NAME: 'DRIVES3' }],
      [{ NAME: 'SOFTWARES2' }],
      [{ NAME: 'DRIVES1' }],
    ]);
    expect((await api('GET', `/devices/${id}/changes?section=softwares`)).json).toMatchObject({
      items: [{ section: 'SOFTWARES', addedCount: 2, removedCount: 0, removed: [] }],
      total: 1,
    });
    expect((await api('GET', `/devices/${id}/changes?section=a%20b`)).status).toBe(400);
  });

  it('is listed by package: what became of it', async () => {
    const id = await registered(7);
    await database().query(
      `INSERT INTO device_delivery (device_id, assignment_id, package_id, file_id, attempt, state, code, changed_at, delivery_id)
       SELECT $1, ('0195d0a0-0000-7000-8000-00000000000' || n)::uuid, $2, '1700000000', 1, 'succeeded', 'SUCCESS', $3, gen_random_uuid()
       FROM generate_series(1, 3) AS g (n)`,
      [id, uuid(9), '2026-01-01T00:00:00Z'],
    );
    const deliveries = await all(`/devices/${id}/deliveries`);
    expect(deliveries.map(({ assignmentId }) => assignmentId)).toEqual([uuid(3), uuid(2), uuid(1)]);
    expect(deliveries[0]).toMatchObject({
      ...{ packageId: uuid(9), fileId: '1700000000', state: 'succeeded', code: 'SUCCESS', attempt: 1 },
    });
  });

  it.each(['contacts', 'changes', 'deliveries', 'account-fields/history', 'document', 'export'])(
    'is unknown of nobody: %s',
    async (path) => {
      expect((await api('GET', `/devices/${NOBODY}/${path}`)).json).toMatchObject({
        ...{ status: 404, code: 'INVENTORY_DEVICE_NOT_FOUND' },
      });
    },
  );

  it.each([
    ['contacts', ['2026-01-01T00:00:00Z', '(99999999999,1)']],
    ['contacts', ['0000-01-01T00:00:00Z', '(1,1)']],
    ['contacts', ['2026-02-30T00:00:00Z', '(1,1)']],
    ['changes', ['2026-01-01T00:00:00Z', '9999999999999999999']],
    ['deliveries', ['2026-01-01T00:00:00Z', 'x']],
    ['account-fields/history', ['-1']],
  ])('is not continued by a forged cursor: %s %j', async (path, cursor) => {
    const answer = await api('GET', `/devices/${NOBODY}/${path}?cursor=${encodeCursor(cursor)}`);
    expect(answer.json).toMatchObject({ status: 400, code: 'HTTP_CURSOR_INVALID' });
  });
});

describe('the last document of a device', () => {
  const xml = `<?xml version="1.0" encoding="ISO-8859-1"?><REQUEST><DEVICEID>caf\u00e9</DEVICEID></REQUEST>`;
  const keep = async (id: string, encoding: string, body: Buffer): Promise<void> => {
    await database().query(
      `INSERT INTO device_document (device_id, received_at, encoding, body) VALUES ($1, '2026-11-21Z', $2, $3)
       ON CONFLICT (device_id) DO UPDATE SET encoding = excluded.encoding, body = excluded.body,
         received_at = excluded.received_at`,
      [id, encoding, body],
    );
  };

  it('is answered byte for byte, as a file, however it was packed', async () => {
    const id = await registered(8);
    await database().query(`UPDATE device SET name = 'PC "8"/..' WHERE id = $1`, [id]);
    const bytes = Buffer.from(xml, 'latin1');
    for (const [encoding, body] of [
      ['zlib', deflateSync(bytes)],
      ['zlib', deflateSync(bytes, { finishFlush: 2 })],
      ['gzip', gzipSync(bytes)],
    ] as const) {
      await keep(id, encoding, body);
      const { status, headers, text } = await download(`/devices/${id}/document`);
      expect([status, text]).toEqual([200, xml]);
      expect(headers).toMatchObject({
        'content-type': 'application/xml',
        'content-disposition': 'attachment; filename="PC_8_2026-11-21.xml"',
        'x-content-type-options': 'nosniff',
        'content-length': String(bytes.length),
      });
    }
  });

  it('is not there when none is kept', async () => {
    const id = await registered(9);
    await database().query('DELETE FROM device_document WHERE device_id = $1', [id]);
    expect((await api('GET', `/devices/${id}/document`)).json).toMatchObject({
      ...{ status: 404, code: 'INVENTORY_DOCUMENT_NOT_KEPT' },
    });
  });
});

describe('the export of a device', () => {
  it('is one JSON document with all that is known, whole lists included', async () => {
    const id = await registered(10);
    await api('PUT', `/devices/${id}/account-fields`, { TAG: 'Export' });
    await database().query(
      `INSERT INTO contact_log (device_id, at, kind, address, user_agent)
       SELECT $1, now() - n * interval '1 s', 'prolog', '192.0.2.1', 'agent' FROM generate_series(1, 1200) AS g (n)`,
      [id],
    );
    await database().query(
      `INSERT INTO device_setting (device_id, key, value, changed_at) VALUES ($1, 'FREQUENCY', '3', now())`,
      [id],
    );
    const { status, headers, text } = await download(`/devices/${id}/export`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'content-disposition': expect.stringMatching(/^attachment; filename="[\w-]+\.json"$/) as unknown,
    });
    const exported = JSON.parse(text) as { sections: Record<string, unknown[]>; contacts: unknown[] };
    expect(exported).toMatchObject({
      overview: { id, tag: 'Export', accountFields: { TAG: 'Export' }, state: 'active' },
      accountFieldChanges: [{ field: 'TAG', before: 'NA', after: 'Export' }],
      settings: [{ key: 'FREQUENCY', value: 3 }],
      ...{ groups: [], deliveries: [] },
    });
    expect(exported.contacts.length).toBeGreaterThanOrEqual(1_200);
    const { sections } = (await api('GET', `/devices/${id}`)).json as {
      sections: { name: string; rows: number }[];
    };
    expect(Object.fromEntries(sections.map(({ name, rows }) => [name, rows]))).toEqual(
      Object.fromEntries(Object.entries(exported.sections).map(([name, rows]) => [name, rows.length])),
    );
  });
});
