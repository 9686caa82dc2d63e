import { describe, expect, it } from 'vitest';
import { initialState, nextState, PACKAGE_STATES } from './package-state.js';

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
    for (const state of ['built', 'deleted'] as const)
      for (const act of ['start-upload', 'complete-upload', 'build', 'succeed', 'fail', 'discard'] as const)
        expect(nextState(state, act)).toBeNull();
  });

  it('lets nobody touch the archive of a running build', () => {
    for (const act of ['start-upload', 'complete-upload', 'discard', 'delete'] as const)
      expect(nextState('building', act)).toBeNull();
  });

  it('remembers what was built when it is deleted, and nothing else', () => {
    expect(PACKAGE_STATES.filter((state) => nextState(state, 'delete') === 'deleted')).toEqual([
      'built',
      'deleted',
    ]);
    expect(PACKAGE_STATES.filter((state) => nextState(state, 'discard'))).toEqual([
      'draft',
      'uploaded',
      'failed',
    ]);
  });

  it('builds nothing whose archive is not complete', () => {
    expect(PACKAGE_STATES.filter((state) => nextState(state, 'build'))).toEqual([
      'uploaded',
      'building',
      'failed',
    ]);
  });
});
