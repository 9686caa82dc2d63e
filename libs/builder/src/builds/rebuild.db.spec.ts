import { AppError, defineErrors, type PackageId } from '@entrepot/kernel';
import { describe, expect, it } from 'vitest';
import { BuildPackage } from './build-package.js';
import type { PackageView } from '../packages/package-view.js';
import { useBuilder } from '../use-builder.spec-support.js';

const ERRORS = defineErrors({ FRAGMENTS_REFUSED: ['conflict', 'Refused'] });
const used = useBuilder();

/** A package whose job nobody has any more, as after a dead letter. */
async function stuck(): Promise<PackageView> {
  const view = await used.uploaded();
  await used.builder.database.query("UPDATE package SET state = 'building' WHERE id = $1", [view.id]);
  return view;
}

/** One attempt, as the bus would make it. */
function attempt({ id }: PackageView, number: number): Promise<unknown> {
  const work = used.builder.get(BuildPackage).execute(id as PackageId, number);
  return work.then(
    () => 'ended',
    (error: unknown) => error,
  );
}

function failPublishing(error: Error): void {
  used.fragments.failure = (call) => {
    if (call === 'publishPackage') throw error;
  };
}

describe('a package that may be published', () => {
  it('is tried again for as long as it takes, whatever the failure is', async () => {
    const view = await stuck();
    failPublishing(new TypeError('a mistake of ours'));
    expect(await attempt(view, 300)).toMatchObject({ definition: { kind: 'unavailable' } });
    expect((await used.view(view)).state).toBe('building');
    used.fragments.failure = () => undefined;
    expect(await attempt(view, 301)).toBe('ended');
    expect((await used.view(view)).state).toBe('built');
  });

  it('has failed once the fragments program refuses it', async () => {
    const view = await stuck();
    failPublishing(new AppError(ERRORS.FRAGMENTS_REFUSED, 'other bytes'));
    expect(await attempt(view, 1)).toBe('ended');
    expect(await used.view(view)).toMatchObject({ state: 'failed', error: { code: 'FRAGMENTS_REFUSED' } });
  });
});

describe('a build whose job was given up', () => {
  it('can be asked for again', async () => {
    const view = await stuck();
    expect((await used.build(view.id)).state).toBe('built');
  });

  it('goes on from what was made already', async () => {
    const view = await stuck();
    failPublishing(new TypeError('a mistake of ours'));
    await attempt(view, 1);
    const calls: string[] = [];
    used.fragments.failure = (call) => {
      calls.push(call);
    };
    expect((await used.build(view.id)).state).toBe('built');
    expect(calls).not.toContain('putBlob');
    expect(calls.filter((call) => call === 'publishPackage')).toHaveLength(1);
  });

  it('is built once, however often it is asked for', async () => {
    const view = await stuck();
    const asked = await Promise.all([used.build(view.id), used.build(view.id)]);
    expect(asked.map(({ state }) => state)).toEqual(['built', 'built']);
    const built = (await used.eventsOf(view.id)).filter(
      ({ subject }) => subject === 'ocs.evt.builder.package.built.v1',
    );
    expect(built).toHaveLength(1);
  });
});
