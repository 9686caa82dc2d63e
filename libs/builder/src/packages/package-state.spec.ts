import { describe, expect, it } from 'vitest';
import { initialState, nextState, type PackageState } from './package-state.js';

const ALL: PackageState[] = ['draft', 'uploaded', 'building', 'built', 'failed'];

describe('the life of a package', () => {
  it('goes from draft to built', () => {
    expect(nextState('draft', 'complete-upload')).toBe('uploaded');
    expect(nextState('uploaded', 'build')).toBe('building');
    expect(nextState('building', 'succeed')).toBe('built');
  });

  it('needs no upload without an archive', () => {
    expect(initialState(true)).toBe('draft');
    expect(initialState(false)).toBe('uploaded');
  });

  it('lets a failed package be built again or get a new archive', () => {
    expect(nextState('building', 'fail')).toBe('failed');
    expect(nextState('failed', 'build')).toBe('building');
    expect(nextState('failed', 'start-upload')).toBe('draft');
  });

  it('never changes what is built', () => {
    for (const act of ['start-upload', 'complete-upload', 'build', 'succeed', 'fail', 'delete'] as const)
      expect(nextState('built', act)).toBeNull();
  });

  it('lets nobody touch the archive of a running build', () => {
    for (const act of ['start-upload', 'complete-upload', 'delete'] as const)
      expect(nextState('building', act)).toBeNull();
  });

  it('builds nothing whose archive is not complete', () => {
    expect(ALL.filter((state) => nextState(state, 'build'))).toEqual(['uploaded', 'building', 'failed']);
  });
});
