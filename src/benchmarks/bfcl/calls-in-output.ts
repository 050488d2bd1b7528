// The calls in an agent's output: tool calls as JSON, or text in the language's own syntax.

import type { Json } from '../../core/json.js';
import { parseJavaScriptCall } from './javascript-calls.js';
import { parsePythonCalls, type FunctionCall } from '../python/python-calls.js';
import { fromJson, fromJsonText, type PythonValue } from '../python/python-value.js';

export interface CallsInOutput {
  readonly calls: readonly FunctionCall[];
  /** Tool calls of models, whose names may not have points: `math_factorial` stands for `math.factorial`. */
  readonly asTools: boolean;
}

/**
 * JSON, as an object or as text: a list of `{ name, arguments }`, of OpenAI's `{ function: { name, arguments } }` or of `{ <name>: { <arguments> } }`, one
 * of them alone, or a message with `tool_calls`; `arguments` may be JSON text. Or text of calls, `[f(a=1), g(b='x')]`, with or without brackets. Both
 * may stand in a code block or in `<TOOLCALL>`. Undefined for all else: no call was made.
 */
export function callsInOutput(output: Json, language: 'python' | 'javascript'): CallsInOutput | undefined {
  if (typeof output !== 'string') {
    const calls = output === null ? undefined : callsOf(fromJson(output));
    return calls === undefined ? undefined : { calls, asTools: true };
  }
  const text = unwrap(output);
  if (text.startsWith('[') || text.startsWith('{')) {
    const value = fromJsonText(text);
    const calls = value === undefined ? undefined : callsOf(value);
    if (calls !== undefined) return { calls, asTools: true };
  }
  const bracketed = `${text.startsWith('[') ? '' : '['}${text}${text.endsWith(']') ? '' : ']'}`;
  if (language === 'python') {
    const calls = parsePythonCalls(bracketed);
    return calls === undefined ? undefined : { calls, asTools: false };
  }
  const call = parseJavaScriptCall(bracketed.slice(1, -1));
  return call === undefined ? undefined : { calls: [call], asTools: false };
}

function unwrap(output: string): string {
  const text = output.trim();
  const tagged = /^<TOOLCALL>([\s\S]*)<\/TOOLCALL>$/i.exec(text)?.[1]?.trim() ?? text;
  const fenced = /^```[a-zA-Z_]*\n([\s\S]*)```$/.exec(tagged)?.[1] ?? tagged;
  let start = 0;
  let end = fenced.length;
  while (start < end && '`\n\r '.includes(fenced[start]!)) start++;
  while (end > start && '`\n\r '.includes(fenced[end - 1]!)) end--;
  return fenced.slice(start, end);
}

function callsOf(value: PythonValue): readonly FunctionCall[] | undefined {
  if (value.type === 'list') {
    const calls = value.items.map(callOf);
    return calls.every((call) => call !== undefined) ? calls : undefined;
  }
  if (value.type !== 'dict') return undefined;
  const inside = value.entries.get('tool_calls');
  if (inside !== undefined) return inside.type === 'list' ? callsOf(inside) : undefined;
  const call = callOf(value);
  return call === undefined ? undefined : [call];
}

function callOf(value: PythonValue): FunctionCall | undefined {
  if (value.type !== 'dict') return undefined;
  const { entries } = value;
  const nested = entries.get('function');
  if (nested?.type === 'dict') return callOf(nested);
  const name = entries.get('name') ?? nested;
  if (name?.type === 'str') return withArguments(name.value, entries.get('arguments') ?? entries.get('parameters'));
  const [only] = entries;
  return entries.size === 1 && only?.[1].type === 'dict' ? withArguments(...only) : undefined;
}

function withArguments(name: string, given: PythonValue | undefined): FunctionCall | undefined {
  if (given === undefined || given.type === 'none') return { name, arguments: new Map() };
  const value = given.type === 'str' ? fromJsonText(given.value.trim() === '' ? '{}' : given.value) : given;
  return value?.type === 'dict' ? { name, arguments: value.entries } : undefined;
}
