import { locationProblem } from '@entrepot/ocs-wire';
import { z } from 'zod';
import { proxyHost } from '../proxy-cache.js';
import type { Bilingual } from '../probe-result.js';
import { operatingSystem, proxyUse, serverUrl, type SettingsRequest } from './agent-settings.js';

/** What was typed into the form, whatever it is, to be shown again. */
export interface TypedValues {
  readonly os: string;
  readonly kind: string;
  readonly host: string;
  readonly port: string;
  readonly path: string;
  readonly password: boolean;
  readonly server: string;
}

export type FieldName = 'server' | 'host' | 'port' | 'path';

/** What the page is asked for. */
export interface PageRequest {
  readonly typed: TypedValues;
  /** Null until a server is given, or when something is wrong. */
  readonly settings: SettingsRequest | null;
  readonly mistakes: readonly FieldName[];
  readonly language: keyof Bilingual;
  /** The file to send instead of the page. */
  readonly download: string | null;
}

const MAX = 300;
const PORT_DEFAULT = '3128';
const value = z.string().max(MAX).catch('');
const port = z
  .string()
  .regex(/^[1-9]\d{0,4}$/)
  .transform(Number)
  .pipe(z.int().max(65_535));

const pageQuery = z.object({
  os: operatingSystem.catch('windows'),
  kind: proxyUse.catch('forward'),
  host: value,
  port: value,
  path: value,
  password: value,
  server: value,
  lang: value,
  download: value,
});

/** Reads the query of the page; anything can be in it, and nothing but it is read. */
export function readPageQuery(query: unknown, acceptLanguage: string | undefined): PageRequest {
  const { lang, download, password, ...rest } = pageQuery.parse(query ?? {});
  const typed = { ...rest, port: rest.port === '' ? PORT_DEFAULT : rest.port, password: password !== '' };
  const language = languageOf(lang, acceptLanguage);
  const base = { typed, language, download: download === '' ? null : download };
  if (typed.server === '') return { ...base, settings: null, mistakes: typed.host === '' ? [] : ['server'] };
  return { ...base, ...settingsOf(typed, rest.os, rest.kind) };
}

function settingsOf(
  typed: TypedValues,
  os: SettingsRequest['os'],
  kind: SettingsRequest['proxy']['kind'],
): Pick<PageRequest, 'settings' | 'mistakes'> {
  const server = serverUrl.safeParse(typed.server);
  const serverMistake: FieldName[] = server.success ? [] : ['server'];
  const { data: url = '' } = server;
  if (kind === 'none')
    return {
      settings: server.success ? { os, server: url, proxy: { kind } } : null,
      mistakes: serverMistake,
    };
  const hostParsed = proxyHost.safeParse(typed.host);
  const portParsed = port.safeParse(typed.port);
  const path = typed.path.replace(/^\/+|\/+$/g, '');
  const isPathGood = path === '' || locationProblem(`a/${path}`) === null;
  const mistakes: FieldName[] = [
    ...serverMistake,
    ...(hostParsed.success ? [] : (['host'] as const)),
    ...(portParsed.success ? [] : (['port'] as const)),
    ...(kind === 'forward' || isPathGood ? [] : (['path'] as const)),
  ];
  if (mistakes.length > 0 || !portParsed.success) return { settings: null, mistakes };
  const { host, password: requiresPassword } = typed;
  const authority = `${host}:${portParsed.data}`;
  const fragmentLocation = path === '' ? authority : `${authority}/${path}`;
  const proxy =
    kind === 'forward' ? { kind, host, port: portParsed.data, requiresPassword } : { kind, fragmentLocation };
  return { settings: { os, server: url, proxy }, mistakes };
}

/** The first of the two languages that the browser names; English when it names neither. */
function languageOf(lang: string, acceptLanguage = ''): keyof Bilingual {
  if (lang === 'en' || lang === 'fr') return lang;
  const named = acceptLanguage
    .slice(0, MAX)
    .toLowerCase()
    .split(',')
    .map((part) => part.trim().slice(0, 2))
    .find((part) => part === 'en' || part === 'fr');
  return named === 'fr' ? 'fr' : 'en';
}
