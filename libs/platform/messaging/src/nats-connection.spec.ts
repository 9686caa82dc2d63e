import { describe, expect, it } from 'vitest';
import { connectionOptions } from './nats-connection.js';

describe('the URL of NATS', () => {
  it.each([
    ['nats://nats', { servers: ['nats:4222'] }],
    ['nats://10.0.0.1:4333', { servers: ['10.0.0.1:4333'] }],
    ['nats://[::1]:4333', { servers: ['[::1]:4333'] }],
    ['nats://a:1, nats://b:2', { servers: ['a:1', 'b:2'] }],
    ['nats://ada:77p%40w@nats', { servers: ['nats:4222'], user: 'ada', pass: '77p@w' }],
    ['nats://s3cret@nats', { servers: ['nats:4222'], token: 's3cret' }],
    ['tls://nats', { servers: ['nats:4222'], tls: {} }],
  ])('%s says where to connect and as whom', (url, options) => {
    expect(connectionOptions(url)).toEqual(options);
  });
});
