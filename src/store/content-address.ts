// Names for content: SHA-256 of canonical JSON (RFC 8785), in hex.

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { type Candidate, type CandidateReference, candidateTokens, visibleContent } from '../core/candidate.js';
import type { Json } from '../core/json.js';

/**
 * RFC 8785: keys sorted, no spaces, numbers as ECMAScript writes them; properties that are `undefined` are left out.
 * A lone surrogate, which RFC 8785 refuses, is taken as U+FFFD: models do cut a pair in half, and a bad answer is never
 * a crash. Throws for NaN and infinities.
 */
export function canonicalJson(value: Json): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('surrogate'))) throw error;
    text = canonicalize(wellFormed(value));
  }
  if (text === undefined) throw new TypeError('undefined has no canonical JSON.');
  return text;
}

/** SHA-256 of the value's canonical JSON: 64 hexadecimal digits. */
export function contentAddress(value: Json): string {
  return sha256(canonicalJson(value));
}

/**
 * `contentAddress` of an object whose members are canonical JSON already: what many addresses share is walked once.
 *
 * @example addressOfMembers({ task: canonicalJson(hash), agent: fixed }) === contentAddress({ agent, task: hash })
 */
export function addressOfMembers(members: Readonly<Record<string, string>>): string {
  const sorted = Object.keys(members).sort();
  return sha256(`{${sorted.map((name) => `${JSON.stringify(name)}:${members[name]}`).join(',')}}`);
}

/** The first digits of the text's SHA-256. */
export function shortHash(text: string, length = 10): string {
  return sha256(text).slice(0, length);
}

export function candidateReference(candidate: Candidate): CandidateReference {
  return {
    hash: contentAddress(visibleContent(candidate)),
    document: contentAddress(candidateDocument(candidate)),
    tokens: candidateTokens(candidate),
  };
}

/** What `CandidateReference.document` covers: the whole candidate, with ids, origins and parents. */
export function candidateDocument(candidate: Candidate): Json {
  return candidate as unknown as Json;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function wellFormed(value: Json): Json {
  if (typeof value === 'string') return replaceLoneSurrogates(value);
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(wellFormed);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [replaceLoneSurrogates(key), wellFormed(member)]));
}

// Array.isArray does not narrow readonly arrays.
function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

// String.prototype.toWellFormed is not in the es2023 library: UTF-8 does the same.
function replaceLoneSurrogates(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
