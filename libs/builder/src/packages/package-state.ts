export const PACKAGE_STATES = ['draft', 'uploaded', 'building', 'built', 'failed', 'deleted'] as const;

/**
 * The life of a package:
 * draft → uploaded → building → built | failed; a new upload leads from uploaded or failed back to draft, and a
 * failed package may be built again. A build may be asked for again while it runs, since the job that runs it may have
 * been given up. What is built stays as it is until it is deleted, and is remembered then; what was never built is
 * discarded without a trace.
 */
export type PackageState = (typeof PACKAGE_STATES)[number];

/** What can happen to a package. */
export type PackageAct =
  'start-upload' | 'complete-upload' | 'build' | 'succeed' | 'fail' | 'discard' | 'delete' | 'attach-sbom';

const NEXT: Readonly<Record<PackageAct, Partial<Record<PackageState, PackageState>>>> = {
  'start-upload': { draft: 'draft', uploaded: 'draft', failed: 'draft' },
  'complete-upload': { draft: 'uploaded' },
  build: { uploaded: 'building', building: 'building', failed: 'building' },
  succeed: { building: 'built' },
  fail: { building: 'failed' },
  discard: { draft: 'draft', uploaded: 'uploaded', failed: 'failed' },
  delete: { built: 'deleted', deleted: 'deleted' },
  'attach-sbom': {
    draft: 'draft',
    uploaded: 'uploaded',
    building: 'building',
    built: 'built',
    failed: 'failed',
  },
};

/** The state of a new package; without an archive nothing is left to upload. */
export function initialState(hasArchive: boolean): PackageState {
  return hasArchive ? 'draft' : 'uploaded';
}

/** The state after an act, or null when the act is not possible in this state. */
export function nextState(state: PackageState, act: PackageAct): PackageState | null {
  return NEXT[act][state] ?? null;
}
