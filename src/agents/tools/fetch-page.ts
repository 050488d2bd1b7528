// A tool that opens a page of the public web as text. It never reaches the machine's own network unless the user names a host of it.

import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { z } from 'zod';
import { htmlEncoding } from '../../core/character-encoding.js';
import { tool, type Tool } from '../tool.js';
import { extractBytes } from './documents/extract.js';
import { plainText } from './documents/file-kinds.js';
import { htmlText } from './html-text.js';
import { PIECE_PARAMETERS, showPiece } from './pieces.js';
import { isPublicAddress, publicLookup } from './public-address.js';
import { reasonIn } from '../../core/sentences.js';

export interface FetchPageOptions {
  /** Only these hosts and what lies below them, such as `wikipedia.org`. Default: the whole public web. */
  readonly hosts?: readonly string[];
  /** Hosts that may be reached though they are not public, each with its port: `localhost:8080` (an encyclopedia of one's own, say). */
  readonly privateHosts?: readonly string[];
  /** Bytes of a page that are read at most. Default 5,000,000. */
  readonly maxBytes?: number;
  /** What the request says it is. Default `watersmeet`. */
  readonly userAgent?: string;
}

interface Page {
  readonly url: URL;
  readonly type: string;
  /** As the header names it. */
  readonly charset: string | undefined;
  readonly bytes: Uint8Array;
}

const MOST_REDIRECTS = 5;
/** Characters of the pages that are kept: a long one is read piece by piece, and every attempt shall see the same. */
const KEPT_CHARACTERS = 20_000_000;

/**
 * http and https on their usual ports, without names or passwords in the address; every redirect is checked again. A page is fetched once in
 * the life of the tool, as long as there is room for it.
 */
export function fetchPageTool(options: FetchPageOptions = {}): Tool {
  const kept = new Map<string, string>();
  let characters = 0;
  return tool({
    name: 'fetch_page',
    description:
      'Opens a web page (HTML, text, JSON, XML or PDF) by its address and shows its text. Long pages come in pieces: go on with "offset", or look for a text with "find".',
    version: '1',
    parameters: z.object({ url: z.string().min(1).max(2_000).describe('Beginning with https:// or http://'), ...PIECE_PARAMETERS }),
    run: async ({ url, ...wanted }, { signal }) => {
      let text = kept.get(url);
      if (text === undefined) {
        text = await pageText(url, options, signal);
        characters += text.length;
        if (characters > KEPT_CHARACTERS) {
          kept.clear();
          characters = text.length;
        }
        kept.set(url, text);
      }
      return showPiece(url, text, wanted);
    },
  });
}

async function pageText(address: string, options: FetchPageOptions, signal: AbortSignal): Promise<string> {
  const { url, type, charset, bytes } = await fetchPage(address, options, signal);
  if (type === 'application/pdf') return extractBytes('page.pdf', bytes, signal);
  const html = type === 'text/html' || type === 'application/xhtml+xml';
  const text = plainText(url.href, bytes, charset ?? (html ? htmlEncoding(bytes) : undefined));
  return html ? htmlText(text, url.href) : text;
}

async function fetchPage(address: string, options: FetchPageOptions, signal: AbortSignal): Promise<Page> {
  let url = checkedUrl(address, undefined, options);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await get(url, options, signal);
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      response.destroy();
      url = checkedUrl(headers.location, url, options);
      continue;
    }
    if (statusCode !== 200) {
      response.destroy();
      throw new Error(`${url.href} answered with the status ${statusCode}.`);
    }
    const [type = '', ...parameters] = (headers['content-type'] ?? 'text/plain').split(';').map((part) => part.trim().toLowerCase());
    if (!/^text\/|^application\/(?:pdf|(?:[a-z0-9.-]+\+)?(?:json|xml)|javascript)$/.test(type)) {
      response.destroy();
      throw new Error(`${url.href} is of the type ${type}, which this tool cannot read.`);
    }
    const charset = parameters
      .find((parameter) => parameter.startsWith('charset='))
      ?.slice('charset='.length)
      .replaceAll('"', '');
    return { url, type, charset, bytes: await readBody(response, url, options.maxBytes ?? 5_000_000) };
  }
  throw new Error(`${address} redirects more than ${MOST_REDIRECTS} times.`);
}

function checkedUrl(address: string, base: URL | undefined, options: FetchPageOptions): URL {
  const url = URL.canParse(address, base?.href) ? new URL(address, base?.href) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new Error(`"${address}" is no address of a web page: it has to begin with https:// or http://.`);
  if (url.username !== '' || url.password !== '') throw new Error('Addresses with a name or password are not opened.');
  if (isNamedPrivate(url, options)) return url;
  if (url.port !== '') throw new Error(`${url.host}: only the usual ports of web pages are opened.`);
  const host = bareHost(url);
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw new Error(`${host} is no host of the public internet.`);
  const { hosts } = options;
  if (hosts !== undefined && !hosts.map((allowed) => allowed.toLowerCase()).some((allowed) => host === allowed || host.endsWith(`.${allowed}`)))
    throw new Error(`${host} is not among the hosts that may be opened: ${hosts.join(', ')}.`);
  return url;
}

function isNamedPrivate(url: URL, { privateHosts = [] }: FetchPageOptions): boolean {
  return privateHosts.includes(`${url.hostname}:${url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port}`);
}

function bareHost(url: URL): string {
  return url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

function get(url: URL, options: FetchPageOptions, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestSecure : requestPlain;
  return new Promise((resolve, reject) => {
    request(url, {
      signal,
      // A connection of its own: one that is kept open was checked for another page.
      agent: false,
      ...(isNamedPrivate(url, options) ? {} : { lookup: publicLookup }),
      headers: {
        'user-agent': options.userAgent ?? 'watersmeet',
        accept: 'text/html,text/*,application/json,application/pdf,application/xml',
        'accept-encoding': 'gzip, deflate, br',
      },
    })
      .once('response', resolve)
      .once('error', (error) => reject(signal.aborted ? error : new Error(`${url.href} cannot be opened: ${reasonIn(error)}.`, { cause: error })))
      .end();
  });
}

async function readBody(response: IncomingMessage, url: URL, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of unpacked(response)) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
    }
  } catch (error) {
    throw new Error(`${url.href} cannot be read: ${reasonIn(error)}.`, { cause: error });
  } finally {
    response.destroy();
  }
  return Buffer.concat(chunks);
}

function unpacked(response: IncomingMessage): Readable {
  const unpack = { gzip: createGunzip, br: createBrotliDecompress, deflate: createInflate }[response.headers['content-encoding'] ?? ''];
  if (unpack === undefined) return response;
  const stream = unpack();
  response.once('error', (error) => stream.destroy(error));
  return response.pipe(stream);
}
