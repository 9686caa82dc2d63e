import { httpRequest, type HttpAnswer } from '@entrepot/testing';
import type { Installation } from './installation.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface ApiAnswer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** The REST API as an operator's script uses it, logged in as the administrator. */
export class Api {
  private constructor(
    private readonly installation: Pick<Installation, 'httpUrl'>,
    readonly token: string,
  ) {}

  static async login(installation: Pick<Installation, 'httpUrl' | 'adminPassword'>): Promise<Api> {
    const anonymous = new Api(installation, '');
    const { accessToken } = await anonymous.post<{ accessToken: string }>('/api/v1/auth/login', {
      username: 'admin',
      password: installation.adminPassword,
    });
    return new Api(installation, accessToken);
  }

  get<Body>(path: string): Promise<Body> {
    return this.succeed<Body>('GET', path);
  }

  post<Body>(path: string, body: unknown = {}): Promise<Body> {
    return this.succeed<Body>('POST', path, body);
  }

  put<Body>(path: string, body: unknown): Promise<Body> {
    return this.succeed<Body>('PUT', path, body);
  }

  /** Any answer, refusals included. */
  async ask<Body>(method: Method, path: string, body?: unknown): Promise<ApiAnswer<Body>> {
    const answer = await this.send(method, path, body);
    const text = answer.body.toString('utf8');
    return { status: answer.status, body: (text === '' ? undefined : JSON.parse(text)) as Body };
  }

  /** One change of a setting. */
  async set(key: string, value: number | string): Promise<void> {
    await this.put(`/api/v1/settings/${key}`, { value });
  }

  private async succeed<Body>(method: Method, path: string, body?: unknown): Promise<Body> {
    const answer = await this.ask<Body>(method, path, body);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer.body;
  }

  private send(method: Method, path: string, body?: unknown): Promise<HttpAnswer> {
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    return httpRequest(`${this.installation.httpUrl}${path}`, {
      method,
      headers: {
        ...(this.token && { Authorization: `Bearer ${this.token}` }),
        ...(bytes && { 'Content-Type': 'application/json', 'Content-Length': bytes.length }),
      },
      ...(bytes && { body: bytes }),
    });
  }
}
