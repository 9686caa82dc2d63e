import * as http from 'node:http';
import * as https from 'node:https';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Exactly the bytes received: nothing is decoded. */
  readonly body: Buffer;
}

export interface HttpQuestion {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'HEAD' | 'DELETE' | 'PATCH' | 'PURGE';
  /** Sent as it is instead of the URL's own path: a URL loses its `..` before anything is sent. */
  readonly path?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: Buffer | string;
  /** PEM of the authority that an https server must be signed by. */
  readonly ca?: string | Buffer;
  /** Reuses connections; a new connection per request unless given. */
  readonly agent?: http.Agent;
  /** Milliseconds without a byte from the server after which the request fails; 30,000 unless told. */
  readonly timeoutMs?: number;
}

/** One HTTP exchange as an agent makes it: no header of our own, no redirect followed, no body decoded. */
export function httpRequest(url: string, question: HttpQuestion = {}): Promise<HttpAnswer> {
  const { method = 'GET', path, headers = {}, body, ca, agent = false, timeoutMs = 30_000 } = question;
  const transport = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const options = { method, headers, ca, agent, timeout: timeoutMs, ...(path !== undefined && { path }) };
    const request = transport.request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    request.on('timeout', () => request.destroy(new Error(`${method} ${url}: silent for ${timeoutMs} ms`)));
    request.on('error', reject);
    request.end(body);
  });
}
