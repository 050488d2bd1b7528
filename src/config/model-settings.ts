// From what a configuration says of a model to the settings a run records.

import type { ModelSettings } from '../core/run-settings.js';
import { DEFAULTS, OPENAI_MODELS } from './defaults.js';
import { describe, nearest } from './problems.js';
import type { ParsedModel } from './schema.js';

const OPENAI = 'https://api.openai.com/v1';
const OPENAI_KEY = 'OPENAI_API_KEY';
/** They take no temperature but 1, and want the limit of the answer under another name, which agents/completion.ts takes from `extra`. */
const OPENAI_REASONING = /^(o\d|gpt-5)/;
/** Fields of the request that are ours to fill. */
const RESERVED = ['model', 'messages', 'stream', 'n'];

/**
 * What is wrong with a model's name, address or extra fields, as whole sentences.
 *
 * @param where its dotted key.
 */
export function modelProblems(parsed: ParsedModel, where: string): readonly string[] {
  const place = locate(parsed, where);
  const reserved = RESERVED.filter((field) => Object.hasOwn(parsed.extra ?? {}, field));
  return [
    ...('problem' in place ? [place.problem] : []),
    ...reserved.map((field) => `${where}.extra.${field} is not possible: Watersmeet fills it in itself.`),
  ];
}

/** Whether the model takes stop sequences: OpenAI's reasoning models refuse them. */
export function takesStops({ endpoint, model }: Pick<ModelSettings, 'endpoint' | 'model'>): boolean {
  return endpoint !== OPENAI || !OPENAI_REASONING.test(model);
}

/** The settings of a model that has no problems. */
export function modelSettings(parsed: ParsedModel): ModelSettings {
  const place = locate(parsed, 'model');
  if ('problem' in place) throw new Error(place.problem);
  const { model, endpoint } = place;
  const local = endpoint === 'local';
  const openai = endpoint === OPENAI;
  const reasoning = openai && OPENAI_REASONING.test(model);
  const known = openai && Object.hasOwn(OPENAI_MODELS, model) ? OPENAI_MODELS[model] : undefined;
  const defaults = local
    ? DEFAULTS.model.local
    : { ...DEFAULTS.model.remote, ...(known === undefined ? {} : { contextTokens: known.contextTokens }), ...(reasoning ? { temperature: 1 } : {}) };
  const apiKeyVariable = parsed.apiKeyVariable ?? (openai ? OPENAI_KEY : undefined);
  const price = parsed.price ?? known?.price;
  const maxTokens = parsed.maxTokens ?? defaults.maxTokens;
  const extra = reasoning ? { max_completion_tokens: maxTokens, ...parsed.extra } : parsed.extra;
  return {
    model,
    endpoint,
    ...(apiKeyVariable === undefined ? {} : { apiKeyVariable }),
    contextTokens: parsed.contextTokens ?? defaults.contextTokens,
    maxTokens,
    temperature: parsed.temperature ?? defaults.temperature,
    ...(extra === undefined ? {} : { extra }),
    ...(price === undefined
      ? {}
      : { price: { input: price.input, output: price.output, ...(price.cachedInput === undefined ? {} : { cachedInput: price.cachedInput }) } }),
    concurrency: parsed.concurrency ?? defaults.concurrency,
    ...(parsed.requestsPerMinute === undefined ? {} : { requestsPerMinute: parsed.requestsPerMinute }),
    ...(parsed.tokensPerMinute === undefined ? {} : { tokensPerMinute: parsed.tokensPerMinute }),
    timeoutSeconds: parsed.timeoutSeconds ?? defaults.timeoutSeconds,
  };
}

type Place = { readonly model: string; readonly endpoint: string } | { readonly problem: string };

function locate(parsed: ParsedModel, where: string): Place {
  if (parsed.baseURL !== undefined) {
    const endpoint = checkedURL(parsed.baseURL, `${where}.baseURL`);
    return typeof endpoint === 'string' ? { model: parsed.model, endpoint } : endpoint;
  }
  const name = parsed.model;
  if (name === 'local') return { model: DEFAULTS.model.local.model, endpoint: 'local' };
  if (name.startsWith('openai:') && name.length > 'openai:'.length) return { model: name.slice('openai:'.length), endpoint: OPENAI };
  const hash = name.indexOf('#');
  if (/^https?:/.test(name) && hash !== -1 && hash < name.length - 1) {
    const endpoint = checkedURL(name.slice(0, hash), where);
    return typeof endpoint === 'string' ? { model: name.slice(hash + 1), endpoint } : endpoint;
  }
  if (/^https?:/.test(name))
    return { problem: `${where} is an address without a model: write "<base URL>#<name>", such as "http://localhost:11434/v1#qwen3".` };
  const meant = nearest(name, ['local', ...Object.keys(OPENAI_MODELS)]);
  if (meant === 'local') return { problem: `${where} is ${describe(name)}, which names no endpoint. Did you mean "local"?` };
  const plain = name.startsWith('sk-') ? 'gpt-4.1-mini' : (meant ?? name.replace(/^(?:openai|local)[:/]?/, '')) || 'gpt-4.1-mini';
  return { problem: `${where} is ${describe(name)}, which names no endpoint: write "openai:${plain}", "<base URL>#<name>" or "local".` };
}

/** The base URL without a slash at its end. What may hold a secret is refused, and not repeated. */
function checkedURL(text: string, where: string): string | { readonly problem: string } {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { problem: `${where} is no address: write a base URL such as "http://localhost:11434/v1".` };
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return { problem: `${where} must begin with http:// or https://, but begins with ${url.protocol}//.` };
  if (url.username !== '' || url.password !== '')
    return { problem: `${where} holds a user name or password: name the environment variable that holds the key in apiKeyVariable instead.` };
  if (url.search !== '' || url.hash !== '') return { problem: `${where} must end with its path, without "?" and "#".` };
  return url.href.replace(/\/+$/, '');
}

/** Whether calls may cost money: they have a price, or go to a provider that takes one. */
export function costsMoney(settings: ModelSettings): boolean {
  return settings.price === undefined ? settings.endpoint === OPENAI : settings.price.input > 0 || settings.price.output > 0;
}

/** This machine, and addresses and names that are only known in one's own network. */
const OWN_NETWORK =
  /^(localhost|127(\.\d+){3}|10(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|\[(::1|f[cd].*|fe80.*)\]|[^.]+|.+\.(local|internal|lan|home\.arpa))$/;

/** Whether calls leave one's own network for an endpoint whose price is not known. */
export function isUnpriced(settings: ModelSettings): boolean {
  if (settings.price !== undefined || settings.endpoint === 'local') return false;
  return !OWN_NETWORK.test(new URL(settings.endpoint).hostname);
}
