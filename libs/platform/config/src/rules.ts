import { isIP } from 'node:net';
import { locationProblem } from '@entrepot/ocs-wire';
import { z } from 'zod';

/** How the text of a variable becomes a value, and the rule in words that a refusal names. */
export interface Rule<Value> {
  readonly schema: z.ZodType<Value, string>;
  /** Completes the sentence "<variable> must be …". */
  readonly words: string;
}

/** Any text that is not empty. */
export const text: Rule<string> = { schema: z.string().min(1), words: 'a text' };

/** A whole number within bounds, both included. */
export function wholeNumber(min: number, max: number): Rule<number> {
  return {
    schema: z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number)
      .refine((value) => value >= min && value <= max),
    words: `a whole number from ${min} to ${max}`,
  };
}

/** A TCP port; 0 lets the system choose. */
export const port = wholeNumber(0, 65_535);

/** One of a few words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Rule<Word> {
  return { schema: z.enum(words), words: `one of ${words.join(', ')}` };
}

/** An absolute URL with one of the given schemes, kept as it was written. */
export function url(...schemes: readonly string[]): Rule<string> {
  return {
    schema: z.string().refine((value) => {
      if (!URL.canParse(value)) return false;
      const { protocol, hostname } = new URL(value);
      return schemes.includes(protocol.slice(0, -1)) && hostname !== '';
    }),
    words: `a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  };
}

/** URLs with one of the given schemes, separated by commas and kept as they were written. */
export function urls(...schemes: readonly string[]): Rule<string> {
  const one = url(...schemes);
  return {
    schema: z
      .string()
      .refine((value) => value.split(',').every((part) => one.schema.safeParse(part.trim()).success)),
    words: `${one.words}, or several of them separated by commas`,
  };
}

/** What `urls` took, one by one and without slashes at their ends; nothing when the variable is not set. */
export function urlList(value: string | undefined): string[] {
  return value?.split(',').map((part) => part.trim().replace(/\/+$/, '')) ?? [];
}

/** The URL of an http server, without a path. */
export const origin: Rule<string> = {
  schema: z.string().refine((value) => {
    if (!url('http', 'https').schema.safeParse(value).success) return false;
    const { pathname, search, hash, username } = new URL(value);
    return pathname === '/' && search === '' && hash === '' && username === '';
  }),
  words: 'http://host[:port] or https://host[:port], without a path',
};

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/i;

/** A host name or an IP address, without scheme, port or path. */
export const host: Rule<string> = {
  schema: z.string().refine((value) => isIP(value) !== 0 || HOST_NAME.test(value)),
  words: 'a host name or an IP address, without scheme and port',
};

/** `host:port`, kept as it was written; an IPv6 address stands in brackets. */
export const hostPort: Rule<string> = {
  schema: z.string().refine((value) => {
    const parts = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/]+)):(\d{1,5})$/i.exec(value);
    const number = Number(parts?.[3]);
    return host.schema.safeParse(parts?.[1] ?? parts?.[2] ?? '').success && number >= 1 && number <= 65_535;
  }),
  words: 'host:port, such as 10.0.0.5:9090',
};

/** Where agents fetch packages: `host[:port]/path`, without scheme (OCS-PROTOCOL.md §2.5). */
export const location: Rule<string> = {
  schema: z.string().refine((value) => locationProblem(value) === null),
  words: 'host[:port]/path without scheme, such as ocs.example.org/download',
};

/** A comma-separated list of URLs of http servers, without paths. */
export const origins: Rule<readonly string[]> = {
  schema: z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()))
    .refine((parts) => parts.every((part) => URL.canParse(part) && new URL(part).origin === part)),
  words: 'a comma-separated list of http://host:port',
};

/** A comma-separated list of networks (CIDR) or single addresses; empty means none. */
export const networks: Rule<readonly string[]> = {
  schema: z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()))
    .refine((parts) => parts.every(isNetwork)),
  words: 'a comma-separated list of networks, such as 10.0.0.0/8,192.0.2.7',
};

function isNetwork(value: string): boolean {
  const [address = '', prefix, ...rest] = value.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

/** `host:port`, or the absolute path of a Unix socket. */
export const clamdAddress: Rule<string> = {
  schema: z.string().refine((value) => value.startsWith('/') || hostPort.schema.safeParse(value).success),
  words: 'host:port or an absolute path',
};

/** The path of a URL that begins and ends in a slash. */
export const urlPath: Rule<string> = {
  schema: z.string().regex(/^\/(?:[A-Za-z0-9._-]+\/)+$/),
  words: 'a path such as /objects/, with a slash at both ends',
};
