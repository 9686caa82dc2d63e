import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startNginx, type Restartable } from '@entrepot/testing';
import { PROGRAMS, type ProgramSet } from './program-set.js';
import { WORKSPACE } from './program.js';

interface FrontDoorOptions {
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly tlsDirectory: string;
  /** Folder of the objects that nginx serves itself; it needs none while they are on an S3 server. */
  readonly objectDirectory?: string;
  /** The programs behind it; those of the same name share the requests. */
  readonly sets: readonly ProgramSet[];
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
export async function openFrontDoor(options: FrontDoorOptions): Promise<Restartable> {
  const variables: Record<string, string> = {
    ENTREPOT_FRONT_HTTP: `127.0.0.1:${options.httpPort}`,
    ENTREPOT_FRONT_HTTPS: `127.0.0.1:${options.httpsPort}`,
    ENTREPOT_TLS_DIR: options.tlsDirectory,
    ENTREPOT_OBJECT_DIR: options.objectDirectory ?? '/nonexistent',
  };
  for (const name of PROGRAMS) {
    // The template says `server <variable>;`, so that one variable can hold more than one server.
    const servers = options.sets.map((set) => `127.0.0.1:${set[name].httpPort}`).join('; server ');
    variables[`ENTREPOT_${name.toUpperCase()}_HTTP`] = servers;
  }
  const template = await readFile(join(WORKSPACE, 'deploy/nginx/entrepot.conf.template'), 'utf8');
  const config = template.replace(/\$\{(ENTREPOT_\w+)\}/g, (_, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`The template wants ${name}`);
    return value;
  });
  return startNginx({ config: `${OUTSIDE_HTTP} ${config} }` });
}
