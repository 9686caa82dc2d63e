import * as http from 'node:http';
import * as https from 'node:https';
import { Client } from 'minio';

export interface S3Options {
  /** URL of the server, without a path: `http://127.0.0.1:9000`. */
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Made when missing. */
  readonly bucket: string;
  readonly region: string;
}

export interface S3Connection {
  readonly client: Client;
  /** Closes idle connections. */
  close(): void;
}

/** Silence of the server that is taken for its death, in milliseconds. */
const SILENCE_MS = 5_000;
/** It may have to bring a whole part to its disk before it says a word. */
const SILENCE_AFTER_PART_MS = 15_000;
/** Putting thousands of parts together takes a server its time. */
const SILENCE_AFTER_COMPLETION_MS = 120_000;

/**
 * Makes a client whose every request ends: minio's own would wait for ever for a server that hangs, and by default
 * repeats requests on its own.
 */
export function connectS3(options: S3Options): S3Connection {
  const { protocol, hostname, port } = new URL(options.endpoint);
  const secure = protocol === 'https:';
  const agent = secure ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true });
  const client = new Client({
    endPoint: hostname,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    useSSL: secure,
    accessKey: options.accessKey,
    secretKey: options.secretKey,
    region: options.region,
    pathStyle: true,
    retryOptions: { disableRetry: true },
    transportAgent: agent,
    transport: { request: boundedRequest(secure ? https : http) as typeof http.request },
  });
  return { client, close: () => agent.destroy() };
}

type Request = (
  options: http.RequestOptions,
  answered: (response: http.IncomingMessage) => void,
) => http.ClientRequest;

function boundedRequest(transport: typeof http | typeof https): Request {
  return (options, answered) => {
    const limit = silenceLimit(options);
    let response: http.IncomingMessage | null = null;
    const request = transport.request({ ...options, timeout: limit }, (incoming) => {
      response = incoming;
      answered(incoming);
    });
    request.on('timeout', () => {
      // Bytes that wait to be read mean that the reader is slow, not the server.
      if (response !== null && response.readableLength > 0) {
        request.socket?.setTimeout(limit);
        return;
      }
      const silence = new Error(`no answer from ${options.host}:${options.port} for ${limit} ms`);
      if (response === null) request.destroy(silence);
      else response.destroy(silence);
    });
    return request;
  };
}

function silenceLimit({ method, path }: http.RequestOptions): number {
  if (method === 'POST')
    return path?.includes('uploadId=') ? SILENCE_AFTER_COMPLETION_MS : SILENCE_AFTER_PART_MS;
  return method === 'PUT' ? SILENCE_AFTER_PART_MS : SILENCE_MS;
}
