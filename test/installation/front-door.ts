import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startNginx, type RunningNginx } from '@entrepot/testing';
import type { ProgramName } from './distributed-installation.js';
import { WORKSPACE } from './program.js';

interface FrontDoorOptions {
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly tlsDirectory: string;
  readonly programPorts: Readonly<Record<ProgramName, number>>;
}

/** What the image's own nginx.conf puts around the template. */
const OUTSIDE_HTTP = `
  worker_processes 2;
  events { worker_connections 1024; }
  http {
    access_log off;
    client_body_temp_path client-bodies;
    proxy_temp_path proxied;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
`;

/** Starts nginx with the very template that compose ships, its variables filled in as envsubst would. */
export async function openFrontDoor(options: FrontDoorOptions): Promise<RunningNginx> {
  const variables: Record<string, string> = {
    ENTREPOT_FRONT_HTTP: `127.0.0.1:${options.httpPort}`,
    ENTREPOT_FRONT_HTTPS: `127.0.0.1:${options.httpsPort}`,
    ENTREPOT_TLS_DIR: options.tlsDirectory,
  };
  for (const [name, port] of Object.entries(options.programPorts)) {
    variables[`ENTREPOT_${name.toUpperCase()}_HTTP`] = `127.0.0.1:${port}`;
  }
  const template = await readFile(join(WORKSPACE, 'deploy/nginx/entrepot.conf.template'), 'utf8');
  const config = template.replace(/\$\{(ENTREPOT_\w+)\}/g, (_, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`The template wants ${name}`);
    return value;
  });
  return startNginx({ config: `${OUTSIDE_HTTP} ${config} }` });
}
