import { describe, expect, it } from 'vitest';
import { locationProblem } from './location.js';

describe('a location', () => {
  it.each([
    'ocs.example/download',
    '127.0.0.1:8443/download',
    'host',
    'host:80',
    '[2001:db8::1]:8443/download',
    'srv_1.example:65535/a/b-c/d.e_f',
  ])('may be %s', (location) => {
    expect(locationProblem(location)).toBeNull();
  });

  it.each([
    ['https://ocs.example/download', 'scheme'],
    ['ocs.example//download', '//'],
    ['ocs.example/download/', 'end in'],
    ['ocs.example/download?x', 'path'],
    ['ocs.example/download#x', 'path'],
    ['ocs.example/../download', 'path'],
    ['::1:8443/download', 'host'],
    ['user@ocs.example/download', 'host'],
    ['user:pw@ocs.example/download', 'port'],
    ['ocs.example:0/download', 'port'],
    ['ocs.example:65536/download', 'port'],
    ['a:1:2/download', 'port'],
    ['/download', 'host'],
    ['', 'host'],
    ['ocs example/download', 'host'],
    [`host/${'a'.repeat(255)}`, '255'],
  ])('may not be %s', (location, word) => {
    expect(locationProblem(location)).toContain(word);
  });
});
