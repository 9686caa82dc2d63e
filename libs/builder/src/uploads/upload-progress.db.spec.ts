import { expect, it } from 'vitest';
import type { PackageView } from '../packages/package-view.js';
import { useBuilder, WINDOWS } from '../use-builder.spec-support.js';

const used = useBuilder();
const SIX = { 'upload-length': '6' };

async function told({ id }: PackageView): Promise<[unknown, unknown][]> {
  const events = await used.eventsOf(id);
  return events
    .filter(({ subject }) => subject === 'ocs.evt.builder.upload.progressed.v1')
    .map(({ bytes, total }) => [bytes, total]);
}

/** As if somebody had last been told so long ago. */
async function lastTold({ id }: PackageView, seconds: number): Promise<void> {
  await used.builder.database.query(
    'UPDATE upload SET told_at = clock_timestamp() - make_interval(secs => $2) WHERE package_id = $1',
    [id, seconds],
  );
}

it('tells how far an upload is every two seconds, and always when it is complete', async () => {
  const view = await used.builder.create(WINDOWS);
  await used.tus(view, 'POST', SIX);
  expect(await told(view)).toEqual([[0, 6]]);
  await lastTold(view, -60);
  await used.patch(view, 0, Buffer.from('a'));
  expect(await told(view)).toHaveLength(1);
  await lastTold(view, 3);
  await used.patch(view, 1, Buffer.from('bc'));
  expect((await told(view)).at(-1)).toEqual([3, 6]);
  await lastTold(view, -60);
  await used.patch(view, 3, Buffer.from('d'));
  expect(await told(view)).toHaveLength(2);
  await used.patch(view, 4, Buffer.from('ef'));
  expect((await told(view)).at(-1)).toEqual([6, 6]);
});

it('tells that an upload has started over', async () => {
  const view = await used.uploaded();
  await used.tus(view, 'POST', SIX);
  expect((await told(view)).at(-1)).toEqual([0, 6]);
});

it('tells of an upload whose length is not known', async () => {
  const view = await used.builder.create(WINDOWS);
  await used.patch(view, 0, Buffer.from('abc'));
  expect(await told(view)).toEqual([[3, null]]);
});
