import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KNOWN_VARIABLES } from '@entrepot/platform-config';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PROGRAMS } from '../installation/program-set.js';
import { WORKSPACE } from '../installation/program.js';

interface Service {
  readonly image: string;
  readonly build?: { readonly args: { readonly APP: string } };
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly healthcheck?: object;
  readonly restart?: string;
}

/** Apps that are not a program of the distributed mode. */
const OTHER_APPS = ['cli', 'embedded'];
const known = new Set(KNOWN_VARIABLES.map(({ name }) => name));

let services: Readonly<Record<string, Service>>;

beforeAll(async () => {
  const text = await readFile(join(WORKSPACE, 'docker-compose.yml'), 'utf8');
  ({ services } = parse(text, { merge: true }) as { services: typeof services });
});

function environmentOf(name: string): Readonly<Record<string, string>> {
  return services[name]?.environment ?? {};
}

describe('docker-compose.yml', () => {
  it('has a service, built from its own app, for each program of the distributed mode', async () => {
    const apps = (await readdir(join(WORKSPACE, 'apps'))).filter((app) => !OTHER_APPS.includes(app));
    expect([...PROGRAMS].sort()).toEqual(apps.sort());
    for (const app of apps) expect(services[app]?.build?.args.APP).toBe(app);
  });

  it.each(PROGRAMS)('gives %s no variable that it would refuse', (name) => {
    const given = Object.keys(environmentOf(name));
    expect(given.length).toBeGreaterThan(0);
    expect(given.filter((variable) => !known.has(variable))).toEqual([]);
  });

  it.each(PROGRAMS)('makes %s listen on the address of its container', (name) => {
    expect(environmentOf(name)).toMatchObject({ ENTREPOT_HOST: '0.0.0.0', ENTREPOT_RPC_HOST: '0.0.0.0' });
  });

  it('points every program at programs that exist', () => {
    const addresses = PROGRAMS.flatMap((name) =>
      Object.entries(environmentOf(name)).filter(([variable]) => variable.endsWith('_RPC')),
    );
    for (const [variable, address] of addresses) {
      expect(address).toBe(`${variable.replace(/^ENTREPOT_|_RPC$/g, '').toLowerCase()}:9090`);
    }
    const parts = environmentOf('identity')['ENTREPOT_API_PARTS']?.split(',').sort();
    const others = PROGRAMS.filter((name) => name !== 'identity');
    expect(parts).toEqual(others.map((name) => `http://${name}:8080`).sort());
  });

  it('gives nginx each variable that the front door’s template uses, and no other of ours', async () => {
    const template = await readFile(join(WORKSPACE, 'deploy/nginx/entrepot.conf.template'), 'utf8');
    const used = new Set([...template.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
    const given = Object.keys(environmentOf('nginx')).filter((name) => name.startsWith('ENTREPOT_'));
    expect(given.sort()).toEqual([...used].sort());
  });

  it('publishes nothing but nginx', () => {
    const published = Object.entries(services).filter(([, { ports }]) => ports !== undefined);
    expect(published.map(([name]) => name)).toEqual(['nginx']);
  });

  it('pins every image to a full version', () => {
    for (const { image } of Object.values(services)) expect(image).toMatch(/:\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
  });

  it('restarts and watches every service but the one that ends by itself', () => {
    for (const [name, { restart, healthcheck }] of Object.entries(services)) {
      if (name === 'certificates') continue;
      expect({ name, restart, watched: healthcheck !== undefined }).toEqual({
        name,
        restart: 'unless-stopped',
        watched: true,
      });
    }
  });

  it('demands nothing that the example of its settings does not name', async () => {
    const compose = await readFile(join(WORKSPACE, 'docker-compose.yml'), 'utf8');
    const example = await readFile(join(WORKSPACE, 'deploy/compose.env.example'), 'utf8');
    const wanted = new Set([...compose.matchAll(/\$\{(\w+):[?-]/g)].map(([, name]) => name));
    const named = [...example.matchAll(/^#?([A-Z0-9_]+)=/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual([...wanted].sort());
  });

  it('mounts only files that are in the repository', async () => {
    const compose = await readFile(join(WORKSPACE, 'docker-compose.yml'), 'utf8');
    const mounted = [...compose.matchAll(/- (\.\/[^:]+):/g)].map(([, path = '']) => path);
    expect(mounted.length).toBeGreaterThan(0);
    expect(mounted.filter((path) => !existsSync(join(WORKSPACE, path)))).toEqual([]);
  });
});
