import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  freePorts,
  httpRequest,
  OwnedProcess,
  removeDirectory,
  startNats,
  startNginx,
  startPostgres,
  temporaryDirectory,
  waitFor,
} from '@entrepot/testing';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const PASSWORD = 'load-password';
const NODE_FLAGS = ['--max-semi-space-size=64'];
/** Those of the distributed mode that a package is built and downloaded with. */
const PROGRAMS = ['identity', 'fragments', 'builder'];
const TEMPLATE_PROGRAMS = ['identity', 'inventory', 'fragments', 'activation', 'builder'];

/** What stands around both the front door and the plain server, so that they differ in nothing else. */
export function nginxConfig(inside) {
  return `
    ${process.getuid() === 0 ? 'user root;' : ''}
    worker_processes 2;
    events { worker_connections 1024; }
    http {
      access_log off;
      sendfile on;
      tcp_nopush on;
      client_body_temp_path client-bodies;
      proxy_temp_path proxied;
      fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi;
      scgi_temp_path scgi;
      ${inside}
    }`;
}

/** Starts a built program and waits until it is ready. */
export async function startProgram(name, port, settings, directory, profile = null) {
  const profiling = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const main = join(ROOT, 'apps', name, 'dist/main.js');
  const started = OwnedProcess.start(process.execPath, [...NODE_FLAGS, ...profiling, main], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ENTREPOT_LOG_LEVEL: 'info', ...settings },
    cwd: directory,
    parentDeathSignal: 'SIGTERM',
    graceMs: 30_000,
  });
  await waitFor(
    async () => {
      started.assertRunning();
      return (await httpRequest(`http://127.0.0.1:${port}/readyz`)).status === 200;
    },
    { what: `${name} to be ready`, timeoutMs: 60_000 },
  );
  return started;
}

/** The embedded program with a folder of its own. */
export async function startEmbedded(profile) {
  const directory = await temporaryDirectory('load-embedded');
  const [port, httpsPort] = await freePorts(2);
  const settings = {
    ENTREPOT_HTTP_PORT: String(port),
    ENTREPOT_HTTPS_PORT: String(httpsPort),
    ENTREPOT_DATA_DIR: join(directory, 'data'),
    ENTREPOT_ADMIN_PASSWORD: PASSWORD,
  };
  const program = await startProgram('embedded', port, settings, directory, profile);
  return {
    port,
    pid: program.pid,
    async stop() {
      await program.end('SIGTERM');
      await removeDirectory(directory);
    },
  };
}

/** The programs that build and serve packages, their objects in a folder, and the front door that shares it. */
export async function startDistributed(profile) {
  const directory = await temporaryDirectory('load-distributed');
  const objectDirectory = join(directory, 'objects');
  const [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
  const ports = await freePorts(2 * PROGRAMS.length + 1);
  const http = Object.fromEntries(PROGRAMS.map((name, at) => [name, ports[at]]));
  const rpc = Object.fromEntries(PROGRAMS.map((name, at) => [name, ports[PROGRAMS.length + at]]));
  const frontPort = ports[2 * PROGRAMS.length];
  const shared = {
    DATABASE_URL: await postgres.createDatabase('entrepot'),
    NATS_URL: nats.url,
    ENTREPOT_ADMIN_PASSWORD: PASSWORD,
    ENTREPOT_TRUSTED_PROXIES: '127.0.0.1/32',
    ENTREPOT_INFO_LOCATION: `127.0.0.1:${frontPort}/download`,
    ENTREPOT_FRAGMENT_LOCATION: `127.0.0.1:${frontPort}/download`,
    ENTREPOT_IDENTITY_RPC: `127.0.0.1:${rpc.identity}`,
    ENTREPOT_FRAGMENTS_RPC: `127.0.0.1:${rpc.fragments}`,
    // Nobody answers there: only deleting a package asks activation.
    ENTREPOT_ACTIVATION_RPC: '127.0.0.1:9',
    ENTREPOT_API_PARTS: `http://127.0.0.1:${http.builder}`,
  };
  const disk = { ENTREPOT_OBJECT_DIR: objectDirectory, ENTREPOT_ACCEL_PREFIX: '/objects/' };
  const programs = await Promise.all(
    PROGRAMS.map((name) => {
      const own = { ENTREPOT_HTTP_PORT: String(http[name]), ENTREPOT_RPC_PORT: String(rpc[name]) };
      const settings = { ...shared, ...own, ...(name === 'fragments' && disk) };
      return startProgram(name, http[name], settings, directory, name === 'fragments' ? profile : null);
    }),
  );
  const frontDoor = await openFrontDoor(http, frontPort, objectDirectory);
  return {
    port: frontPort,
    objectDirectory,
    pid: programs[PROGRAMS.indexOf('fragments')].pid,
    async stop() {
      await frontDoor.stop();
      await Promise.all(programs.map((program) => program.end('SIGTERM')));
      await Promise.all([nats.stop(), postgres.stop()]);
      await removeDirectory(directory);
    },
  };
}

/** The template that compose ships, without https: it is http that fragments come by. */
async function openFrontDoor(http, port, objectDirectory) {
  const template = await readFile(join(ROOT, 'deploy/nginx/entrepot.conf.template'), 'utf8');
  const variables = {
    ENTREPOT_FRONT_HTTP: `127.0.0.1:${port}`,
    ENTREPOT_TLS_DIR: '/nonexistent',
    ENTREPOT_OBJECT_DIR: objectDirectory,
  };
  for (const name of TEMPLATE_PROGRAMS)
    variables[`ENTREPOT_${name.toUpperCase()}_HTTP`] = `127.0.0.1:${http[name] ?? 9}`;
  const config = template
    .replace(/^\s*(?:listen .*\bssl|ssl_\w+ .*);$/gm, '')
    .replace(/\$\{(ENTREPOT_\w+)\}/g, (_, name) => variables[name]);
  return startNginx({ config: nginxConfig(config) });
}
