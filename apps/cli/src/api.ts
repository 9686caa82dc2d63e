import { EXIT, Failure } from './failure.js';
import { plainText } from './table.js';

const REQUEST_TIMEOUT_MS = 60_000;
const PAGE_SIZE = 500;

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Null where counting would take too long. */
  readonly total: number | null;
  readonly next: string | null;
}

type Query = Readonly<Record<string, string | number | undefined>>;

/** The public API of one server, with one account's token. */
export class Api {
  constructor(
    readonly server: URL,
    readonly token: string | null,
  ) {}

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.call<T>('GET', path, query);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.call<T>('POST', path, {}, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>('PUT', path, {}, body);
  }

  delete<T>(path: string, body?: unknown): Promise<T> {
    return this.call<T>('DELETE', path, {}, body);
  }

  /** Follows a list to its end. */
  all<T>(path: string, query: Query = {}): Promise<T[]> {
    return allPages((cursor) => this.get<Page<T>>(path, { limit: PAGE_SIZE, ...query, cursor }));
  }

  /** Follows a list that is asked for by a body to its end. */
  search<T>(path: string, body: object): Promise<T[]> {
    return allPages((cursor) => this.post<Page<T>>(path, { limit: PAGE_SIZE, ...body, cursor }));
  }

  /** Downloads what is not JSON. */
  download(path: string): Promise<Buffer> {
    return this.exchange('GET', new URL(path, this.server), '*/*');
  }

  private async call<T>(method: string, path: string, query: Query, body?: unknown): Promise<T> {
    const url = new URL(path, this.server);
    for (const [key, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(key, String(value));
    const text = (await this.exchange(method, url, 'application/json', body)).toString('utf8');
    try {
      return (text === '' ? undefined : JSON.parse(text)) as T;
    } catch {
      throw new Failure(`${this.server.origin} does not answer like an Entrepot server.`);
    }
  }

  /**
   * @throws Failure (unreachable) when no answer comes
   * @throws Failure (failed) with the server's words when it refuses
   */
  private async exchange(method: string, url: URL, accept: string, body?: unknown): Promise<Buffer> {
    const headers = {
      accept,
      ...(this.token !== null && { authorization: `Bearer ${this.token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const request = { method, headers, signal, ...(body !== undefined && { body: JSON.stringify(body) }) };
    try {
      const response = await fetch(url, request);
      const answer = Buffer.from(await response.arrayBuffer());
      if (!response.ok) throw problem(response.status, answer.toString('utf8'));
      return answer;
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw unreachable(this.server, error);
    }
  }
}

async function allPages<T>(read: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return items;
}

/** Says that a server could not be reached, and what to do. */
export function unreachable(server: URL, error: unknown): Failure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, message } = cause as { readonly code?: unknown; readonly message?: string };
  const reason = typeof code === 'string' ? code : (message ?? String(cause));
  return new Failure(
    `Cannot reach ${server.origin} (${plainText(reason)}). Is it started? Another server: --server or ENTREPOT_URL.`,
    EXIT.unreachable,
  );
}

/** Turns a problem document (RFC 9457) into what the user reads. */
export function problem(status: number, text: string): Failure {
  const document = parseObject(text);
  const field = (name: string): string | null => {
    const value = document[name];
    return typeof value === 'string' && value !== '' ? plainText(value) : null;
  };
  const detail = field('detail') ?? field('title') ?? `The server answered ${status}.`;
  const code = field('code') ?? `HTTP ${status}`;
  const hint = code.startsWith('AUTH_TOKEN_') ? ' Run "entrepot login" first.' : '';
  return new Failure(`${detail}${hint}`, EXIT.failed, code, document);
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
