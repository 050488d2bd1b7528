// Starts the local model's server, and starts it again when it died.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import os from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WatersmeetError } from '../../core/failures.js';
import type { Health } from './app.js';
import { localModelSettings, type LocalModelOptions, type LocalModelSettings } from './settings.js';

export interface LocalModel {
  /** The only name that the endpoint answers to. */
  readonly model: string;
  readonly settings: LocalModelSettings;
  /** Of the server; undefined while none runs. */
  readonly pid: number | undefined;
  /**
   * Such as 'http://127.0.0.1:40123/v1'; another one after a restart, so ask for each request. Starts the server if it died since.
   *
   * @throws WatersmeetError 'provider.unavailable' when it died again and again, or does not start.
   */
  baseURL(): Promise<string>;
  /** Settings and totals of the running server. */
  health(): Promise<Health>;
  /** Ends the server: calls in flight are lost. Nothing can be asked of it afterwards. */
  stop(): Promise<void>;
}

const SERVER = fileURLToPath(new URL('./server.js', import.meta.url));
const START_TIME_LIMIT_MILLISECONDS = 120_000;
const STOP_TIME_LIMIT_MILLISECONDS = 2_000;
/** A server that dies this often within this time is not started again until the time is over. */
const DEATHS = { most: 3, withinMilliseconds: 60_000 };
const KEPT_ERROR_CHARACTERS = 2_000;

interface Running {
  readonly child: ChildProcess;
  readonly origin: string;
}

/** @throws WatersmeetError 'provider.unavailable' when the server does not start; it says why. */
export async function startLocalModel(options: LocalModelOptions): Promise<LocalModel> {
  const model = new ServedModel(localModelSettings.parse(options));
  await model.baseURL();
  return model;
}

class ServedModel implements LocalModel {
  readonly settings: LocalModelSettings;
  #running: Promise<Running> | undefined;
  #child: ChildProcess | undefined;
  #stopped = false;
  #deaths: number[] = [];
  #lastDeath = '';

  constructor(settings: LocalModelSettings) {
    this.settings = settings;
  }

  get model(): string {
    return this.settings.model;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async baseURL(): Promise<string> {
    return `${await this.#origin()}/v1`;
  }

  async health(): Promise<Health> {
    const response = await fetch(`${await this.#origin()}/health`);
    return (await response.json()) as Health;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const child = this.#child;
    if (child === undefined) return;
    const closed = once(child, 'close');
    child.stdin?.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIME_LIMIT_MILLISECONDS);
    await closed;
    clearTimeout(timer);
  }

  async #origin(): Promise<string> {
    if (this.#stopped) throw new WatersmeetError('provider.unavailable', 'The local model was stopped already.');
    const since = Date.now() - DEATHS.withinMilliseconds;
    this.#deaths = this.#deaths.filter((time) => time > since);
    if (this.#running === undefined && this.#deaths.length >= DEATHS.most) {
      throw new WatersmeetError(
        'provider.unavailable',
        `The local model's server died ${this.#deaths.length} times within a minute and is left alone for a while. ${this.#lastDeath}`,
      );
    }
    this.#running ??= this.#start();
    return (await this.#running).origin;
  }

  async #start(): Promise<Running> {
    // Each lane evaluates on a thread of libuv's pool, which has 4 unless told otherwise; the rest of Node needs some, too.
    const env = { ...process.env, UV_THREADPOOL_SIZE: String(this.settings.lanes + 4) };
    const child = spawn(process.execPath, [SERVER, JSON.stringify(this.settings)], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-KEPT_ERROR_CHARACTERS);
    });
    child.stdin.on('error', () => undefined);
    const closed = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(describeEnd(code, signal, errors)));
    }).then((end) => {
      this.#running = undefined;
      this.#child = undefined;
      this.#deaths.push(Date.now());
      this.#lastDeath = end;
      return end;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), START_TIME_LIMIT_MILLISECONDS);
    const first = await Promise.race([once(createInterface(child.stdout), 'line').then(([line]) => ({ line: String(line) })), closed.then((end) => ({ end }))]);
    clearTimeout(timer);
    if ('end' in first) throw new WatersmeetError('provider.unavailable', `The local model's server did not start. ${first.end}`);
    const { port } = JSON.parse(first.line) as { port: number };
    // A script that forgets stop() still ends, and the server with it.
    child.unref();
    for (const pipe of [child.stdin, child.stdout, child.stderr]) (pipe as unknown as Socket).unref();
    return { child, origin: `http://127.0.0.1:${port}` };
  }
}

/** @example 'It was ended by SIGKILL (often: not enough memory). Its last words: ...' */
function describeEnd(code: number | null, signal: NodeJS.Signals | null, errors: string): string {
  const how =
    signal === null
      ? `It ended with code ${code}`
      : `It was ended by ${signal}${signal === 'SIGKILL' ? ` (often: not enough memory; the machine has ${Math.round(os.freemem() / 1e6)} MB free)` : ''}`;
  const words = errors.trim();
  return words === '' ? `${how}.` : `${how}. Its last words: ${words}`;
}
