// One POST over HTTP, read to its end. node:http with kept connections costs a fifth of the CPU of the global fetch.

import http from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import type { Clock } from './clock.js';

export interface OutgoingRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the whole of it, until the end of the body. */
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal;
}

export interface Reply {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
  /** Why the body ends too early; absent when it is complete. */
  readonly cut?: string;
}

/** There is no reply: no connection, or it ended or timed out before the first line. */
export class ConnectionFailure extends Error {
  override readonly name = 'ConnectionFailure';
}

export interface Transport {
  /** Throws ConnectionFailure, or the signal's reason when it is aborted. */
  post(request: OutgoingRequest): Promise<Reply>;
}

/** The limiter says how many connections there are; every one of them may be kept. */
const CONNECTIONS = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 4_096, scheduling: 'lifo' } as const;

export function createTransport(clock: Clock): Transport {
  const plain = new http.Agent(CONNECTIONS);
  const secure = new https.Agent(CONNECTIONS);

  return {
    post(request) {
      return new Promise((resolve, reject) => {
        if (request.signal.aborted) {
          reject(request.signal.reason);
          return;
        }
        const url = new URL(request.url);
        const body = Buffer.from(request.body);
        const options = { ...urlToHttpOptions(url), method: 'POST', headers: { ...request.headers, 'content-length': body.length } };
        let incoming: http.IncomingMessage | undefined;
        let text = '';
        let ended = false;

        const outgoing = url.protocol === 'https:' ? https.request({ ...options, agent: secure }) : http.request({ ...options, agent: plain });
        const cancelTimer = clock.after(request.timeoutMilliseconds, () => end(`no complete answer within ${request.timeoutMilliseconds / 1_000} s`));
        const abort = () => end('aborted');
        request.signal.addEventListener('abort', abort, { once: true });

        // The first call decides: destroying the socket makes more of them, and `close` follows `end`.
        function end(cut?: string): void {
          if (ended) return;
          ended = true;
          cancelTimer();
          request.signal.removeEventListener('abort', abort);
          if (request.signal.aborted) reject(request.signal.reason);
          else if (incoming === undefined) reject(new ConnectionFailure(cut));
          else resolve({ status: incoming.statusCode ?? 0, header: headerOf(incoming), body: text, ...(cut === undefined ? {} : { cut }) });
          if (cut !== undefined) outgoing.destroy();
        }

        outgoing.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
        outgoing.on('response', (response) => {
          incoming = response;
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('end', () => end(response.complete ? undefined : 'the connection ended'));
          response.on('error', () => end('the connection ended'));
          response.on('close', () => end('the connection ended'));
        });
        outgoing.end(body);
      });
    },
  };
}

function headerOf(incoming: http.IncomingMessage): Reply['header'] {
  return (name) => {
    const value = incoming.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
}
