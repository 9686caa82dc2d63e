import { AppError } from '@entrepot/kernel';
import { describe, expect, it } from 'vitest';
import { decideBuildFailure } from './decide-build-failure.js';
import { ERRORS } from '../errors.js';

const bad = new AppError(ERRORS.BUILDER_ARCHIVE_UNREADABLE, 'no zip');
const down = new AppError(ERRORS.BUILDER_STORAGE_UNAVAILABLE, 'down');

describe('decideBuildFailure', () => {
  it('never tries a bad archive again', () => {
    expect(decideBuildFailure(bad, 1, false)).toEqual({
      code: 'BUILDER_ARCHIVE_UNREADABLE',
      reason: 'no zip',
    });
  });

  it('waits for storage that is down, but not for ever', () => {
    expect(decideBuildFailure(down, 19, false)).toBe('again');
    expect(decideBuildFailure(down, 20, false)).toMatchObject({ code: 'BUILDER_STORAGE_UNAVAILABLE' });
  });

  it('does not call a package failed that may be published already', () => {
    const gone = new AppError(ERRORS.BUILDER_UPLOAD_NOT_FOUND, 'gone');
    const differ = new AppError(ERRORS.BUILDER_BYTES_DIFFER, 'other');
    for (const error of [down, gone, differ, new TypeError('x')])
      expect(decideBuildFailure(error, 400, true)).toBe('again');
  });

  it('calls a package failed whose publishing was refused', () => {
    const conflict = new AppError(ERRORS.BUILDER_UPLOAD_CONFLICT, 'other bytes');
    expect(decideBuildFailure(bad, 1, true)).toMatchObject({ code: 'BUILDER_ARCHIVE_UNREADABLE' });
    expect(decideBuildFailure(conflict, 1, true)).toMatchObject({ code: 'BUILDER_UPLOAD_CONFLICT' });
  });

  it('gives the unexpected a few attempts and then a state', () => {
    expect(decideBuildFailure(new TypeError('x'), 2, false)).toBe('again');
    expect(decideBuildFailure(new TypeError('x'), 3, false)).toMatchObject({ code: 'BUILDER_BUILD_BROKEN' });
  });
});
