import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { WORKSPACE } from '../installation/program.js';

interface Location {
  /** nginx's `=`, `~`, or nothing for a prefix. */
  readonly kind: string;
  readonly path: string;
  readonly program: string | null;
}

interface Route {
  readonly program: string;
  readonly path: string;
}

const LOCATION = /^\s*location\s+(?:(=|~)\s+)?(\S+)\s*\{([^}]*)\}/gm;
const CONTROLLER = /@Controller\(['"]([^'"]+)['"]\)/g;
const METHOD = /@(?:Get|Post|Put|Patch|Delete|Head|Options|All)\((?:['"]([^'"]*)['"])?\)/g;
/** Routes that a program gives to Fastify itself, past Nest's controllers. */
const PLAIN_ROUTE = /\burl: '(\/[^']+)'/g;
const MESSAGING = /MessagingModule\.forContext\('(\w+)'/g;

/** Where nginx sends a request: exact, else the first pattern, else the longest prefix. */
function programOf(locations: readonly Location[], path: string): string | null {
  const exact = locations.find((location) => location.kind === '=' && location.path === path);
  const pattern = locations.find(({ kind, path: text }) => kind === '~' && new RegExp(text).test(path));
  const [prefix] = locations
    .filter((location) => location.kind === '' && path.startsWith(location.path))
    .sort((a, b) => b.path.length - a.path.length);
  return (exact ?? pattern ?? prefix)?.program ?? null;
}

/** What the controllers of the contexts answer; each context is a program of its own name. */
async function readRoutes(): Promise<Route[]> {
  const routes: Route[] = [];
  const files = await readdir(join(WORKSPACE, 'libs'), { recursive: true });
  const sources = files.filter((file) => /^\w+\/src\/.*(?<!\.spec)\.ts$/.test(file));
  for (const file of sources) {
    const text = await readFile(join(WORKSPACE, 'libs', file), 'utf8');
    const program = file.split('/')[0] ?? '';
    const controllers = [...text.matchAll(CONTROLLER)].map(([, path = '']) => path);
    const methods = [...text.matchAll(METHOD)].map(([, path = '']) => path);
    for (const controller of controllers)
      for (const method of methods.length > 0 ? methods : [''])
        routes.push({ program, path: toPath(controller, method) });
    if (file.endsWith('.routes.ts'))
      for (const [, path = ''] of text.matchAll(PLAIN_ROUTE))
        routes.push({ program, path: toPath(path.slice(1)) });
    for (const [, context = ''] of text.matchAll(MESSAGING))
      routes.push({ program, path: toPath('api/v1/dead-letters', context) });
  }
  return routes;
}

function toPath(...parts: string[]): string {
  const joined = parts.filter((part) => part !== '').join('/');
  return `/${joined.replaceAll(/:\w+/g, '1700000001')}`;
}

let locations: Location[];
let routes: Route[];

beforeAll(async () => {
  const template = await readFile(join(WORKSPACE, 'deploy/nginx/entrepot.conf.template'), 'utf8');
  locations = [...template.matchAll(LOCATION)].map(([, kind = '', path = '', body = '']) => ({
    kind,
    path,
    program: /proxy_pass\s+http:\/\/(\w+);/.exec(body)?.[1] ?? null,
  }));
  routes = await readRoutes();
});

describe('the front door', () => {
  it('sends every path to the program that answers it', () => {
    const programs = new Set(routes.map((route) => route.program));
    expect([...programs].sort()).toEqual(['activation', 'builder', 'fragments', 'identity', 'inventory']);
    expect(routes).toContainEqual({ program: 'fragments', path: '/download/1700000001/1700000001' });
    const astray = routes.filter(({ program, path }) => programOf(locations, path) !== program);
    expect(astray).toEqual([]);
  });

  it('leads to nothing that no program answers', () => {
    const resources = locations.filter(({ kind, path }) => kind === '' && path.startsWith('/api/v1/'));
    expect(resources.length).toBeGreaterThan(10);
    const unanswered = resources.filter(({ path }) => !routes.some((route) => route.path.startsWith(path)));
    expect(unanswered.map(({ path }) => path)).toEqual([]);
  });

  it('goes by nginx’s rules', () => {
    const rules: Location[] = [
      { kind: '', path: '/a', program: 'short' },
      { kind: '', path: '/a/b', program: 'long' },
      { kind: '~', path: '^/a/[^/]+/c$', program: 'pattern' },
      { kind: '=', path: '/a/b/c', program: 'exact' },
    ];
    const asked = ['/a/x', '/a/b/x', '/a/x/c', '/a/b/c', '/'];
    expect(asked.map((path) => programOf(rules, path))).toEqual(['short', 'long', 'pattern', 'exact', null]);
  });
});
