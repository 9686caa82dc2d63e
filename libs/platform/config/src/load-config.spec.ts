import { describe, expect, it } from 'vitest';
import {
  adminConfig,
  ConfigError,
  databaseConfig,
  httpConfig,
  KNOWN_VARIABLES,
  loadConfig,
  logConfig,
  natsConfig,
  required,
  rpcClientsConfig,
  s3Config,
} from './index.js';

function refusalOf(load: () => unknown): ConfigError {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error('was not refused');
}

describe('loadConfig', () => {
  it('gives the defaults when nothing is set, and takes empty for not set', () => {
    const { http, log, database } = loadConfig(
      { http: httpConfig, log: logConfig, database: databaseConfig },
      { ENTREPOT_HTTP_PORT: '' },
    );
    expect(http).toEqual({
      host: '127.0.0.1',
      httpPort: 8080,
      httpsPort: 8443,
      publicHost: undefined,
      dataDirectory: '.entrepot',
      maxBodyBytes: 33_554_432,
      maxInflatedBytes: 16_777_216,
      trustedProxies: undefined,
    });
    expect([log.level, database.url, database.poolSize]).toEqual(['info', undefined, 10]);
  });

  it('reads numbers, lists and addresses', () => {
    const { http, rpc } = loadConfig(
      { http: httpConfig, rpc: required(rpcClientsConfig, 'identity') },
      {
        ENTREPOT_HTTP_PORT: '0',
        ENTREPOT_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
        ENTREPOT_IDENTITY_RPC: '[::1]:9090',
        ENTREPOT_ACTIVATION_RPC: 'activation:9091',
      },
    );
    expect(http.httpPort).toBe(0);
    expect(http.trustedProxies).toEqual(['10.0.0.0/8', '::1']);
    expect(rpc).toMatchObject({ identity: '[::1]:9090', activation: 'activation:9091' });
  });

  it('lists everything that is bad, missing or unknown in one message', () => {
    const refusal = refusalOf(() =>
      loadConfig(
        { http: httpConfig, log: logConfig, nats: required(natsConfig), rpc: rpcClientsConfig },
        {
          ENTREPOT_HTTP_PORT: '99999',
          ENTREPOT_PUBLIC_HOST: 'http://x/',
          ENTREPOT_LOG_LEVEL: 'loud',
          ENTREPOT_TRUSTED_PROXIES: '10.0.0.0/33',
          ENTREPOT_ACTIVATION_RPC: 'activation',
          ENTREPOT_HTPS_PORT: '1',
          ENTREPOT_COLOUR: 'red',
          HOME: '/root',
        },
      ),
    );
    expect(refusal.message.split('\n')).toEqual([
      'The configuration cannot be used:',
      '  ENTREPOT_HTTP_PORT must be a whole number from 0 to 65535 (it is "99999")',
      '  ENTREPOT_PUBLIC_HOST must be a host name or an IP address, without scheme and port (it is "http://x/")',
      '  ENTREPOT_TRUSTED_PROXIES must be a comma-separated list of networks, such as 10.0.0.0/8,192.0.2.7 (it is "10.0.0.0/33")',
      '  ENTREPOT_LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent (it is "loud")',
      '  NATS_URL is missing: it must be a URL that begins with nats:// or tls://, or several of them separated by commas',
      '  ENTREPOT_ACTIVATION_RPC must be host:port, such as 10.0.0.5:9090 (it is "activation")',
      '  ENTREPOT_COLOUR is unknown',
      '  ENTREPOT_HTPS_PORT is unknown; did you mean ENTREPOT_HTTPS_PORT?',
    ]);
  });

  it.each([
    ['S3_ENDPOINT', 'https://s3.example/tenant', false],
    ['S3_ENDPOINT', 'https://key@s3.example', false],
    ['S3_ENDPOINT', 'https://s3.example:9000', true],
    ['NATS_URL', 'nats://a:4222,nats://u:p@b', true],
    ['NATS_URL', 'nats://a:4222,http://b', false],
    ['ENTREPOT_DATABASE_POOL', '3', false],
  ])('%s may be %s: %s', (name, value, accepted) => {
    const load = (): unknown =>
      loadConfig({ s3: s3Config, nats: natsConfig, database: databaseConfig }, { [name]: value });
    if (accepted) expect(load).not.toThrow();
    else expect(load).toThrow(`${name} must be`);
  });

  it('never repeats the value of a secret', () => {
    const refusal = refusalOf(() =>
      loadConfig({ database: databaseConfig }, { DATABASE_URL: 'mysql://root:hunter2@host/db' }),
    );
    expect(refusal.message).toContain('DATABASE_URL must be a URL that begins with postgres://');
    expect(refusal.message).not.toContain('hunter2');
  });

  it('accepts variables of other programs', () => {
    expect(loadConfig({ admin: adminConfig }, { ENTREPOT_RPC_PORT: 'not read here' })).toEqual({
      admin: { password: undefined },
    });
  });
});

describe('the list of known variables', () => {
  it('names each once, describes it, and has defaults that keep their own rule', () => {
    expect(new Set(KNOWN_VARIABLES.map((variable) => variable.name)).size).toBe(KNOWN_VARIABLES.length);
    for (const { name, description, default: text, rule } of KNOWN_VARIABLES) {
      expect([name, description.length > 10]).toEqual([name, true]);
      if (text !== undefined) expect([name, rule.schema.safeParse(text).success]).toEqual([name, true]);
    }
  });
});
