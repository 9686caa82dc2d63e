import { expect, it } from 'vitest';
import { proxiedAddress } from './proxied-address.js';
import { proxyCacheFields } from './proxy-cache.js';

const FILE = ['1700000001', '1700000001-2'] as const;

it('asks a forward proxy for the URL that agents fetch', () => {
  const place = { kind: 'forward', host: 'proxy.lyon', port: 3128, path: '' } as const;
  const url = 'http://ocs:8080/download/1700000001/1700000001-2';
  const connection = { hostname: 'proxy.lyon', port: 3128, host: 'ocs:8080' };
  expect(proxiedAddress(place, 'ocs:8080/download', ...FILE)).toEqual({ ...connection, path: url, url });
});

it('asks an accelerator for its own URL', () => {
  const place = { kind: 'accelerator', host: '[::1]', port: 80, path: 'ocs/download' } as const;
  const path = '/ocs/download/1700000001/1700000001-2';
  const connection = { hostname: '::1', port: 80, host: '[::1]:80' };
  expect(proxiedAddress(place, 'ocs', ...FILE)).toEqual({
    ...connection,
    path,
    url: `http://[::1]:80${path}`,
  });
  expect(proxiedAddress({ ...place, path: '' }, 'ocs', ...FILE).path).toBe('/1700000001/1700000001-2');
});

it('asks for what a location without a path has at its root', () => {
  const place = { kind: 'forward', host: 'p', port: 1, path: '' } as const;
  expect(proxiedAddress(place, 'ocs:8080', ...FILE).url).toBe('http://ocs:8080/1700000001/1700000001-2');
});

it.each(['http://proxy', 'me@proxy', 'proxy:3128', 'proxy/', 'proxy/a', '::1', '', 'a b'])(
  'a proxy cache cannot be at the host "%s"',
  (host) => {
    const fields = { name: 'Lyon', kind: 'forward', host, port: 3128 };
    expect(proxyCacheFields.safeParse(fields).success).toBe(false);
    expect(proxyCacheFields.safeParse({ ...fields, host: '[::1]' }).success).toBe(true);
  },
);
