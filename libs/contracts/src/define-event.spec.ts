import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineEvent, defineJob } from './index.js';

describe('subjects', () => {
  it('accepts a fact with context, noun, past verb and version', () => {
    expect(defineEvent('ocs.evt.builder.package.build-failed.v1', z.object({})).subject).toContain('builder');
  });

  it.each(['ocs.evt.builder.package.v1', 'ocs.evt.builder.package.built', 'evt.builder.package.built.v1'])(
    'refuses %s as a fact when the module is loaded',
    (subject) => {
      expect(() => defineEvent(subject, z.object({}))).toThrow(subject);
    },
  );

  it('keeps jobs apart from facts', () => {
    expect(defineJob('ocs.job.builder.build-package.v1', z.object({})).subject).toContain('job');
    expect(() => defineJob('ocs.evt.builder.package.built.v1', z.object({}))).toThrow('wrong form');
  });
});
