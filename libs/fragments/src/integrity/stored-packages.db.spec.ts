import { sha256Hex, type FileId } from '@entrepot/kernel';
import { waitFor } from '@entrepot/testing';
import { randomBytes } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { useStorage } from '../storage/use-storage.spec-support.js';
import { VerifyPackage } from './verify-package.js';

const used = useStorage();
const shared = randomBytes(1_000);
let fileIds: FileId[] = [];

beforeAll(async () => {
  fileIds = [
    await used.trial.publish([shared]),
    await used.trial.publish([shared, randomBytes(500)]),
    await used.trial.publish([]),
  ];
});

const INFO_BYTES = '<DOWNLOAD ID="1700000001" />'.length;

it('are listed in pages, with what they share and whether it is right', async () => {
  const [first, second, third] = fileIds;
  await used.trial.get(VerifyPackage).execute(second ?? '');
  const page = await used.trial.call('GET', 'stored-packages?limit=2');
  expect(page).toMatchObject({
    status: 200,
    body: {
      total: 3,
      items: [
        { fileId: third, files: 1, bytes: INFO_BYTES, sharedBytes: 0, verifiedAt: null },
        { fileId: second, files: 3, bytes: INFO_BYTES + 1_500, sharedBytes: 1_000, damagedFiles: 0 },
      ],
    },
  });
  const { items, next } = page.body as { items: { verifiedAt: unknown }[]; next: string };
  expect(items[1]?.verifiedAt).toEqual(expect.any(String));
  const rest = await used.trial.call('GET', `stored-packages?limit=2&cursor=${next}`);
  expect(rest.body).toMatchObject({ items: [{ fileId: first, withdrawnAt: null }], next: null });
  expect((await used.trial.call('GET', 'stored-packages?cursor=x')).status).toBe(400);
});

it('are summed up, each content counted once', async () => {
  expect((await used.trial.call('GET', 'stored-packages/summary')).body).toMatchObject({
    packages: 3,
    contents: 5,
    bytesStored: 3 * INFO_BYTES + 1_500,
    bytesPublished: 3 * INFO_BYTES + 2_500,
    damagedContents: 0,
    objectsToDelete: 1,
    oldestVerification: expect.any(String) as string,
  });
});

it('are shown with what is damaged', async () => {
  await used.trial.database.query("UPDATE content SET damaged_at = now(), damage = 'rot' WHERE sha256 = $1", [
    sha256Hex(shared),
  ]);
  const { body } = await used.trial.call('GET', `stored-packages/${fileIds[0]}`);
  expect(body).toMatchObject({
    fileId: fileIds[0],
    damagedFiles: 1,
    damage: [{ name: `${fileIds[0]}-1`, sha256: sha256Hex(shared), reason: 'rot' }],
  });
  expect((await used.trial.call('GET', 'stored-packages/1999999999')).status).toBe(404);
  expect((await used.trial.call('GET', 'stored-packages/x')).status).toBe(400);
});

it('are read again when somebody asks, which is recorded', async () => {
  const fileId = fileIds[0] ?? '';
  expect((await used.trial.call('POST', `stored-packages/${fileId}/verify`)).status).toBe(202);
  const heard = await waitFor(() => used.trial.heard.verified.find((event) => event.fileId === fileId));
  expect(heard.intact).toBe(true);
  const changes: unknown[] = await used.trial.database.query(
    "SELECT 1 FROM outbox WHERE payload ->> 'action' = 'package.verify' AND payload ->> 'subjectId' = $1",
    [fileId],
  );
  expect(changes).toHaveLength(1);
  expect((await used.trial.call('POST', 'stored-packages/1999999999/verify')).status).toBe(404);
});
