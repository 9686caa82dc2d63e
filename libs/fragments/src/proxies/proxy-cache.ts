import { AppError, type Branded } from '@entrepot/kernel';
import { locationProblem } from '@entrepot/ocs-wire';
import { uuidOf } from '@entrepot/platform-http';
import { z } from 'zod';
import { ERRORS } from '../errors.js';
import { probeResult, type ProbeResult } from './probe-result.js';

export type ProxyCacheId = Branded<'ProxyCacheId'>;

export const proxyCacheId = uuidOf<ProxyCacheId>();

/**
 * How agents come to use a cache: `forward` is a proxy that is set on each machine, `accelerator` stands at a fragment
 * location of its own and asks this server for what it does not have.
 */
export const proxyKind = z.enum(['forward', 'accelerator']);

const text = (max: number): z.ZodString =>
  z
    .string()
    .trim()
    .max(max)
    .refine((value) => !/\p{Cc}/u.test(value) && value.isWellFormed(), 'must not have control characters');

/** A host name, an IPv4 address, or an IPv6 address in brackets. */
export const proxyHost = z
  .string()
  .max(200)
  .superRefine((host, context) => {
    const problem = locationProblem(host);
    if (problem !== null) context.addIssue(problem);
    else if (/[/:]/.test(host.replace(/^\[.*\]/, ''))) context.addIssue('must be a host alone');
  });

export const proxyPort = z.int().min(1).max(65_535);

/** What an administrator says of a proxy cache between agents and this server. */
export const proxyCacheFields = z
  .strictObject({
    name: text(100).min(1),
    kind: proxyKind,
    host: proxyHost,
    port: proxyPort,
    /** Of an accelerator: what its fragment location has after host and port; that of our own unless told. */
    path: z.string().max(100).optional(),
    requiresPassword: z.boolean().default(false),
    allowsPurge: z.boolean().default(false),
    /** Whose agents use it, for people. */
    networks: z
      .array(z.union([z.cidrv4(), z.cidrv6()]))
      .max(100)
      .default([]),
    description: text(1_000).default(''),
  })
  .superRefine(({ kind, host, port, path = '' }, context) => {
    if (path === '') return;
    const problem =
      kind === 'forward' ? 'is for accelerators only' : locationProblem(`${host}:${port}/${path}`);
    if (problem !== null) context.addIssue({ code: 'custom', path: ['path'], message: problem });
  });

export type ProxyCacheFields = z.output<typeof proxyCacheFields>;

/** Where a proxy cache is. */
export interface ProxyPlace {
  readonly kind: z.output<typeof proxyKind>;
  readonly host: string;
  readonly port: number;
  /** Without slashes around it; empty for a forward proxy. */
  readonly path: string;
}

export interface ProxyCache extends ProxyPlace {
  readonly id: ProxyCacheId;
  readonly name: string;
  readonly requiresPassword: boolean;
  readonly allowsPurge: boolean;
  readonly networks: readonly string[];
  readonly description: string;
  readonly createdAt: Date;
  readonly probe: ProbeResult | null;
}

export const proxyCacheView = z.object({
  id: z.uuid(),
  ...proxyCacheFields.shape,
  path: z.string(),
  createdAt: z.iso.datetime(),
  /** Of an accelerator: the fragment location of activations whose agents use it. */
  fragmentLocation: z.string().nullable(),
  /** What the last probe found. */
  probe: probeResult.nullable(),
});

export type ProxyCacheView = z.output<typeof proxyCacheView>;

/** A proxy cache as people see it. */
export function viewOf({ networks, createdAt, ...cache }: ProxyCache): ProxyCacheView {
  return {
    ...cache,
    networks: [...networks],
    createdAt: createdAt.toISOString(),
    fragmentLocation: cache.kind === 'accelerator' ? acceleratedLocation(cache) : null,
  };
}

/** The fragment location, `host:port/path`, that an accelerator stands at. */
export function acceleratedLocation({ host, port, path }: ProxyPlace): string {
  return path === '' ? `${host}:${port}` : `${host}:${port}/${path}`;
}

/** What is thrown when a proxy cache is asked for that is not registered. */
export function proxyCacheNotFound(id: ProxyCacheId): AppError {
  return new AppError(ERRORS.FRAGMENTS_PROXY_NOT_FOUND, 'There is no proxy cache of that id.', {
    proxyCacheId: id,
  });
}
