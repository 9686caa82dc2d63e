import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { freePorts } from './free-port.js';
import { httpRequest } from './http-request.js';
import { OwnedProcess } from './owned-process.js';
import type { Restartable } from './running.js';
import { writeSwiftConfiguration, type SwiftCredentials, type SwiftPorts } from './swift-configuration.js';
import { started } from './started.js';
import { removeDirectory, temporaryDirectory } from './temporary-directory.js';
import { waitFor } from './wait-for.js';

/** How to come to an S3 server. */
export interface S3Access {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
}

export interface RunningS3 extends S3Access, Restartable {
  readonly port: number;
  /** Stops every server's clock (SIGSTOP) without closing a connection: a store that hangs. */
  freeze(): void;
  /** Lets the servers go on (SIGCONT). */
  thaw(): void;
}

const CREDENTIALS: SwiftCredentials = { account: 'test', user: 'tester', secretKey: 'testing' };
const SERVERS = ['object', 'container', 'account', 'proxy'] as const;
const run = promisify(execFile);

/**
 * Starts a real S3 server: OpenStack Swift with s3api from Debian's packages, all on loopback (PLATFORM.md, S3).
 * @throws Error naming the Debian packages when they are not installed
 */
export async function startS3(): Promise<RunningS3> {
  if (!existsSync('/usr/bin/swift-proxy-server') || !existsSync('/usr/bin/memcached')) {
    throw new Error(
      'startS3 needs: apt-get install swift-proxy swift-account swift-container swift-object python3-swift memcached',
    );
  }
  const directory = await temporaryDirectory('s3');
  const [s3, memcached, object, container, account] = (await freePorts(5)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const ports: SwiftPorts = { s3, memcached, object, container, account };
  await writeSwiftConfiguration(directory, ports, CREDENTIALS);
  await makeRings(directory, ports);
  return started(new SwiftServer(directory, ports));
}

class SwiftServer implements RunningS3 {
  readonly endpoint: string;
  readonly port: number;
  readonly accessKey = `${CREDENTIALS.account}:${CREDENTIALS.user}`;
  readonly secretKey = CREDENTIALS.secretKey;
  readonly region = 'us-east-1';
  private processes: OwnedProcess[] = [];

  constructor(
    private readonly directory: string,
    private readonly ports: SwiftPorts,
  ) {
    this.port = ports.s3;
    this.endpoint = `http://127.0.0.1:${ports.s3}`;
  }

  async start(): Promise<void> {
    if (this.processes.some((process) => process.running)) return;
    const memcached = [
      '-u',
      userInfo().username,
      '-l',
      '127.0.0.1',
      '-p',
      String(this.ports.memcached),
      '-m',
      '64',
    ];
    this.processes = [
      OwnedProcess.start('memcached', memcached),
      ...SERVERS.map((name) => startSwiftProcess(this.directory, name)),
    ];
    const { s3, object, container, account } = this.ports;
    await Promise.all([s3, object, container, account].map((port) => this.waitUntilServing(port)));
  }

  async halt(): Promise<void> {
    await this.endAll('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.endAll('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.endAll('SIGKILL');
    await removeDirectory(this.directory);
  }

  freeze(): void {
    for (const { pid } of this.processes) process.kill(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const { pid } of this.processes) process.kill(pid, 'SIGCONT');
  }

  private async endAll(signal: NodeJS.Signals): Promise<void> {
    await Promise.all(this.processes.map((process) => process.end(signal)));
    this.processes = [];
  }

  private async waitUntilServing(port: number): Promise<void> {
    const serving = async (): Promise<boolean> => {
      for (const process of this.processes) process.assertRunning();
      return (await httpRequest(`http://127.0.0.1:${port}/healthcheck`)).status > 0;
    };
    await waitFor(serving, { what: `Swift to serve on port ${port}`, timeoutMs: 60_000 });
  }
}

/** Swift reads /etc/swift/swift.conf whatever it is told, so each server sees our folder there in its own namespace. */
function startSwiftProcess(directory: string, name: (typeof SERVERS)[number]): OwnedProcess {
  const script =
    'mount --make-rprivate / && mount --bind "$0/etc" /etc/swift && ' +
    `exec /usr/bin/python3 /usr/bin/swift-${name}-server /etc/swift/${name}.conf -v`;
  const namespace = userInfo().uid === 0 ? ['-m'] : ['-rm'];
  return OwnedProcess.start('unshare', [...namespace, '--', 'bash', '-c', script, directory], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', SWIFT_TEST_CONFIG_FILE: '/dev/null' },
    graceMs: 3_000,
  });
}

/** Says where each kind of data lives: one device for one replica. One Python run, as each costs half a second. */
async function makeRings(directory: string, { object, container, account }: SwiftPorts): Promise<void> {
  const script = `
import sys
from swift.common.ring import RingBuilder
for name, port in zip(('object', 'container', 'account'), map(int, sys.argv[2:])):
    builder = RingBuilder(6, 1, 0)
    builder.add_dev({'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': port, 'device': 'sd1', 'weight': 1.0,
                     'replication_ip': '127.0.0.1', 'replication_port': port, 'meta': ''})
    builder.rebalance()
    builder.get_ring().save('%s/etc/%s.ring.gz' % (sys.argv[1], name))
`;
  await run('/usr/bin/python3', [
    '-c',
    script,
    directory,
    String(object),
    String(container),
    String(account),
  ]);
}
