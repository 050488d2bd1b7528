// The scoring of BFCL's single-turn categories: 1 if the calls are among those accepted, else 0.

import { WatersmeetError } from '../../core/failures.js';
import { textOf, type JsonObject } from '../../core/json.js';
import type { Task } from '../../core/task.js';
import type { Scorer } from '../scorers/scorer.js';
import { clip, quote } from '../scorers/text.js';
import { describeAccepted, findMismatch, type Accepted, type AcceptedCall, type FunctionSignature } from './ast-match.js';
import { callsInOutput } from './calls-in-output.js';
import { fromJsonText, type PythonValue } from '../python/python-value.js';

/** `expected` of a task. */
export interface ExpectedCalls extends JsonObject {
  readonly language: 'python' | 'javascript';
  /** What the functions take, in the benchmark's own types. */
  readonly signatures: { readonly [name: string]: JsonObject };
  /** `ground_truth` as JSON text, in which 5 is not 5.0; `[]` where no call is right. */
  readonly answers: string;
}

export function bfclScorer(): Scorer {
  return {
    kind: 'benchmark',
    version: 'bfcl-1',
    usesModel: false,
    score: async ({ task, output }) => {
      const accepted = acceptedOf(task);
      const found = callsInOutput(output, accepted.language);
      if (accepted.calls.length === 0) {
        if (found === undefined || found.calls.length === 0) return { score: 1 };
        return { score: 0, feedback: `No function fits the question, so none may be called; ${found.calls.map(({ name }) => name).join(', ')} was.` };
      }
      const wanted = accepted.calls.map(describeAccepted).join(', ');
      if (found === undefined)
        return {
          score: 0,
          feedback: clip(`The output is no call: ${quote(textOf(output), 200)}. Expected nothing but calls such as [f(a=1, b='x')], here: ${wanted}.`, 3_000),
        };
      const problem = findMismatch(found.calls, accepted, (called, name) => called === name || (found.asTools && called === name.replaceAll('.', '_')));
      return problem === undefined ? { score: 1 } : { score: 0, feedback: clip(`${problem} All that is expected: ${wanted}.`, 3_000) };
    },
    close: async () => undefined,
  };
}

function acceptedOf(task: Task): Accepted {
  const expected = task.expected as ExpectedCalls | undefined;
  const answers = typeof expected?.answers === 'string' ? fromJsonText(expected.answers) : undefined;
  const calls = answers?.type === 'list' ? answers.items.map(acceptedCall) : undefined;
  if (expected === undefined || calls === undefined || !calls.every((call) => call !== undefined))
    throw new WatersmeetError('scorer.broken', `The expected answer of task "${task.id}" is none of BFCL. Read the benchmark by its name.`);
  return { language: expected.language, signatures: expected.signatures as unknown as Readonly<Record<string, FunctionSignature>>, calls };
}

/** `{ name: { argument: [accepted values] } }`; undefined if it is not of that form. */
export function acceptedCall(value: PythonValue): AcceptedCall | undefined {
  if (value.type !== 'dict' || value.entries.size !== 1) return undefined;
  const [[name, given]] = [...value.entries] as [[string, PythonValue]];
  if (given.type !== 'dict') return undefined;
  const values = new Map<string, readonly PythonValue[]>();
  for (const [parameter, options] of given.entries) {
    if (options.type !== 'list') return undefined;
    values.set(parameter, options.items);
  }
  return { name, arguments: values };
}
