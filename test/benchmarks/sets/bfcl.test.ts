// Needs a temporary folder; the published BFCL where it lies beside the project.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import type { ExpectedCalls } from '../../../src/benchmarks/bfcl/bfcl-scorer.js';
import { parsePythonCalls } from '../../../src/benchmarks/python/python-calls.js';
import { fromJsonText, textOfValue, toJsonText, type PythonValue } from '../../../src/benchmarks/python/python-value.js';
import { readBenchmark } from '../../../src/benchmarks/read-benchmark.js';
import { createScorer } from '../../../src/benchmarks/scorers/create-scorer.js';
import type { Json, JsonObject } from '../../../src/core/json.js';
import type { Task } from '../../../src/core/task.js';
import { scorerContract } from '../scorers/contract.js';
import { countBy, publishedTasks } from './data.js';

const SIGNATURES = {
  'math.area': {
    required: ['base'],
    parameters: {
      base: { type: 'integer' },
      height: { type: 'float' },
      unit: { type: 'string' },
      sides: { type: 'array', items: 'float' },
      corner: { type: 'tuple', items: 'integer' },
      style: { type: 'dict' },
      parts: { type: 'array', items: 'dict' },
      exact: { type: 'boolean' },
    },
  },
  mail: { required: ['to'], parameters: { to: { type: 'string' } } },
};
const task = (answers: string, language: 'python' | 'javascript' = 'python', signatures: JsonObject = SIGNATURES): Task => ({
  id: 't',
  input: 'Q',
  expected: { language, signatures, answers } as ExpectedCalls,
});
const scorer = () => createScorer({ kind: 'benchmark', name: 'bfcl' }, {});
const score = (given: Task, output: Json) => scorer().score({ task: given, output, trajectory: null }, undefined);

const AREA = task(
  '[{"math.area": {"base": [10, 12], "height": [5.0, ""], "unit": ["square m", "m^2", ""], "sides": [[1.0, 2.5], ""], "corner": [[1, 2], ""], "style": [{"color": ["Dark Red"], "wide": [true, ""]}, ""], "parts": [[{"n": [1]}, {"n": [2]}], ""], "exact": [true, ""]}}]',
);

describe('the scoring of BFCL: one call', () => {
  for (const [output, right] of [
    ['[math.area(base=10)]', true],
    ['math.area(base=12)', true],
    ['```python\n[math.area(base=10)]\n```', true],
    ['<TOOLCALL>[math.area(base=10)]</TOOLCALL>', true],
    ['Sure: [math.area(base=10)]', false],
    ['[math.area(10)]', false],
    ['[math.area(base=11)]', false],
    ['[math.area(base=10.0)]', false],
    ['[math.area(base="10")]', false],
    ['[math.area(base=5 * 2)]', true],
    ['[math.area(base=10, height=5)]', true],
    ['[math.area(base=10, height=5.0)]', true],
    ['[math.area(base=10, height=6)]', false],
    ['[math.area(base=10, unit="Square-M.")]', true],
    ["[math.area(base=10, unit='M2')]", true],
    ['[math.area(base=10, unit="cm")]', false],
    ['[math.area(base=10, depth=1)]', false],
    ['[math_area(base=10)]', false],
    ['[math.area(height=5.0)]', false],
    ['[math.area(base=10, sides=[1.0, 2.5])]', true],
    // As published: types inside of a list are not looked at where the list may be left out.
    ['[math.area(base=10, sides=[1, 2.5])]', true],
    ['[math.area(base=10, sides=[2.5, 1.0])]', false],
    ['[math.area(base=10, sides=(1.0, 2.5))]', false],
    ['[math.area(base=10, corner=(1, 2))]', true],
    ['[math.area(base=10, corner=[1, 2])]', true],
    ['[math.area(base=10, style={"color": "darkred"})]', true],
    ['[math.area(base=10, style={"color": "dark red", "wide": True})]', true],
    ['[math.area(base=10, style={"wide": True})]', false],
    ['[math.area(base=10, style={"color": "dark red", "deep": 1})]', false],
    ['[math.area(base=10, parts=[{"n": 1}, {"n": 2}])]', true],
    ['[math.area(base=10, parts=[{"n": 2}, {"n": 1}])]', false],
    ['[math.area(base=10, parts=[{"n": 1}])]', false],
    ['[math.area(base=10, exact=True)]', true],
    ['[math.area(base=10, exact=true)]', false],
    ['[math.area(base=10), math.area(base=10)]', false],
    ['[]', false],
    ['I cannot.', false],
    [[{ name: 'math_area', arguments: { base: 10 } }], true],
    [{ tool_calls: [{ type: 'function', function: { name: 'math.area', arguments: '{"base": 10, "sides": [1.0, 2.5]}' } }] }, true],
    ['[{"name": "math_area", "arguments": {"base": 10.0}}]', false],
    // 1.0 that came as parsed JSON is 1, and passes for both.
    [[{ name: 'math_area', arguments: { base: 10, sides: [1.0, 2.5] } }], true],
    [[{ 'math.area': { base: 12 } }], true],
    [[{ name: 'math_area', arguments: '{"base": ' }], false],
  ] as const satisfies readonly (readonly [Json, boolean])[])
    it(`${JSON.stringify(output)}: ${right}`, async () => {
      const result = await score(AREA, output);
      assert.equal(result.score, Number(right), result.feedback);
      assert.equal(result.feedback === undefined, right);
    });

  it('says what is wrong and what is expected', async () => {
    assert.deepEqual(await score(task('[{"math.area": {"base": [10], "unit": ["m", ""]}}]'), '[math.area(base=11)]'), {
      score: 0,
      feedback:
        "base=11 is not accepted (type integer). Expected math.area(base=10, unit='m' or left out). All that is expected: math.area(base=10, unit='m' or left out).",
    });
  });
});

describe('the scoring of BFCL: several calls, none, JavaScript', () => {
  const TWO = task('[{"mail": {"to": ["Ann"]}}, {"mail": {"to": ["Bob"]}}]');
  const TWICE = task('[{"mail": {"to": ["Ann"]}}, {"mail": {"to": ["Ann"]}}]');
  const SIDES = task('[{"math.area": {"base": [10], "sides": [[1.0, 2.5]]}}]');
  const JAVASCRIPT = task(
    '[{"f": {"on": [true], "list": [["a", "b"]], "count": [4.0], "options": [{"x": [1], "y": ["z"]}], "next": ["done"]}}]',
    'javascript',
    {
      f: {
        required: ['on'],
        parameters: {
          on: { type: 'Boolean' },
          list: { type: 'array', items: 'String' },
          count: { type: 'float' },
          options: { type: 'dict' },
          next: { type: 'any' },
        },
      },
    },
  );
  for (const [given, output, right] of [
    [TWO, '[mail(to="Bob"), mail(to="Ann")]', true],
    [TWO, '[mail(to="Ann"), mail(to="Ann")]', false],
    [TWO, '[mail(to="Ann")]', false],
    // One to one: a call stands for one of the two.
    [TWICE, '[mail(to="Ann"), mail(to="Bob")]', false],
    [TWICE, '[mail(to="Ann"), mail(to="Ann")]', true],
    // What the function requires has to be there, also where the answers would do without.
    [task('[{"math.area": {"base": [10, ""]}}]'), '[math.area()]', false],
    [SIDES, '[math.area(base=10, sides=[1.0, 2.5])]', true],
    // Whole numbers in a list of floats are of the wrong type; of parsed JSON that cannot be told.
    [SIDES, '[math.area(base=10, sides=[1, 2.5])]', false],
    [SIDES, [{ name: 'math_area', arguments: { base: 10, sides: [1.0, 2.5] } }], true],
    [task('[]'), 'None of the functions fits.', true],
    [task('[]'), '', true],
    [task('[]'), '[]', true],
    [task('[]'), { tool_calls: [] }, true],
    [task('[]'), '[mail(to="Ann")]', false],
    [task('[]'), [{ name: 'mail', arguments: {} }], false],
    [JAVASCRIPT, `[f(on=true, list=['a', 'b'], count=4.0, options={x: 1, y: 'z'}, next=done)]`, true],
    [JAVASCRIPT, `f(on=true, list=new Array('a', 'b'), count=4, options={"x": 1, "y": "z"}, next="done")`, true],
    [JAVASCRIPT, `[f(on=yes, list=['a', 'b'], count=4.0, options={x: 1, y: 'z'}, next=done)]`, false],
    [JAVASCRIPT, `[f(on=true, list=['a'], count=4.0, options={x: 1, y: 'z'}, next=done)]`, false],
    [JAVASCRIPT, `[f(on=true, list=['a', 'b'], count=4.0, options={x: 1, y: 'z'}, next=do ne)]`, false],
    [JAVASCRIPT, [{ name: 'f', arguments: { on: 'true', list: '["a", "b"]', count: '4.0', options: '{x: 1, y: "z"}', next: 'done' } }], true],
    [JAVASCRIPT, [{ name: 'f', arguments: { on: true, list: '["a", "b"]', count: '4.0', options: '{x: 1, y: "z"}', next: 'done' } }], false],
  ] as const satisfies readonly (readonly [Task, Json, boolean])[])
    it(`${JSON.stringify(output)}: ${right}`, async () => assert.equal((await score(given, output)).score, Number(right)));
});

describe('calls in Python syntax', () => {
  const read = (text: string) =>
    parsePythonCalls(text)?.map(({ name, arguments: given }) => `${name}(${[...given].map(([key, value]) => `${key}=${textOfValue(value)}`).join(', ')})`);
  for (const [text, expected] of [
    ['f(a=1, b=-2.5e3, c=0x10, d=1_000,)', ['f(a=1, b=-2500.0, c=16, d=1000)']],
    [`f(a='it\\'s', b="x\\ty", c=r'\\d', d='a' "b", e='''x\ny''')`, [`f(a="it's", b='x\\ty', c='\\\\d', d='ab', e='x\\ny')`]],
    ['f(a=None, b=[True, (1,), ()], c={"k": {}})', ["f(a=None, b=[True, (1,), ()], c={'k': {}})"]],
    ['a.b.c(x=y), g()', ["a.b.c(x='y')", 'g()']],
    ['f(a=date(2024, 1), b=g(x=1), c=data["s"])', ["f(a='date(2024, 1)', b={'g': {'x': 1}}, c=\"data['s']\")"]],
    ['f(a=2 ** 3 + 1, b=7 // 2, c=1 / 2, d="a" + "b")', ["f(a=9, b=3, c=0.5, d='ab')"]],
    ['[ # a remark\n f(\n  a=1\n )\n]', ['f(a=1)']],
    ['f(a=1', undefined],
    ['f(a=1))', undefined],
    ['f(from=1)', undefined],
    ['f(a=1, 2)', undefined],
    ['f(a=x.y)', undefined],
    ['f(a=lambda x: x)', undefined],
    ['f(a=f"{x}")', undefined],
    ['f(a=05)', undefined],
    ['f(a=1 if x else 2)', undefined],
    ['[1]', undefined],
    ['f(a=9 ** 9 ** 9 ** 9)', undefined],
    [`${'f(a='.repeat(500)}1${')'.repeat(500)}`, undefined],
  ] as const)
    it(text.slice(0, 70), () => assert.deepEqual(read(text), expected));

  it('never throw, whatever the text', () => {
    const part = fc.constantFrom('f(', 'a=', ')', '[', ']', '{', '}', ',', ':', '"x"', "'", '1', '-', '**', '.', ' ', '\\', '#', 'not ', 'é', '\n');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => void parsePythonCalls(parts.join(''))),
      { numRuns: 500 },
    );
  });

  it('keep whole numbers and others apart through JSON', () => {
    const text = '{"a":[1,1.0,-2.5e3,"5.0"],"b":{"":null},"c":true}';
    assert.equal(toJsonText(fromJsonText(text)!), '{"a":[1,1.0,-2500.0,"5.0"],"b":{"":null},"c":true}');
    assert.equal(fromJsonText('{"a": 01}'), undefined);
    assert.equal(fromJsonText('{1: 2}'), undefined);
  });
});

scorerContract('bfcl', { create: scorer, task: AREA, right: '[math.area(base=10)]', wrong: '[math.area(base=11)]' });

describe('BFCL', () => {
  it('says which file and line is not as it has to be', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-bfcl-'));
    try {
      const refused = (message: RegExp) => assert.rejects(readBenchmark({ name: 'bfcl', folder }), { failureType: 'input.invalid', message });
      await refused(/BFCL_v4_simple_python\.json is missing, also with the ending \.gz\. It needs BFCL_v4_<category>\.json/);
      const question = {
        id: 'simple_python_0',
        question: [[{ role: 'user', content: 'Q' }]],
        function: [{ name: 'f', parameters: { properties: {}, required: [] } }],
      };
      await writeFile(path.join(folder, 'BFCL_v4_simple_python.json'), JSON.stringify(question));
      await refused(/possible_answer\/BFCL_v4_simple_python\.json is missing/);
      await mkdir(path.join(folder, 'possible_answer'));
      const answers = path.join(folder, 'possible_answer/BFCL_v4_simple_python.json');
      await writeFile(answers, '{"id": "simple_python_0", "ground_truth": [{"f": {"a": 1}}]}');
      await refused(/possible_answer\/BFCL_v4_simple_python\.json, line 1: it is not \{"id"/);
      await writeFile(answers, '{"id": "simple_python_1", "ground_truth": [{"f": {"a": [1]}}]}');
      await refused(/line 1: "simple_python_0" has no record in possible_answer/);
      await writeFile(answers, '{"id": "simple_python_0", "ground_truth": [{"f": {"a": [1]}}]}');
      await writeFile(path.join(folder, 'BFCL_v4_simple_python.json'), JSON.stringify({ ...question, function: [{ name: 'f' }] }));
      await refused(/line 1, function 1: the field "parameters" is missing/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('has 1,548 questions; what it accepts is accepted, but for four with flaws of their own', async function () {
    const tasks = await publishedTasks(this, 'bfcl', 'bfcl');
    assert.deepEqual(countBy(tasks.map(({ category }) => category)), {
      simple_python: 400,
      simple_javascript: 50,
      multiple: 200,
      parallel: 200,
      parallel_multiple: 200,
      live_simple: 258,
      irrelevance: 240,
    });
    const wrong: string[] = [];
    for (const given of tasks.filter(({ category }) => category !== 'simple_javascript')) {
      const result = await score(given, firstAnswer(fromJsonText((given.expected as ExpectedCalls).answers)!));
      if (result.score !== 1) wrong.push(given.id);
    }
    // Two accept an argument that their function does not have, if it is left out only; two want arguments and accept no value of them: no output is right.
    assert.deepEqual(wrong, ['parallel_multiple_12', 'parallel_multiple_26', 'live_simple_106-63-0', 'live_simple_112-68-0']);
  });
});

/** The first accepted value of everything, as text in Python's syntax. */
function firstAnswer(truth: PythonValue): string {
  assert.ok(truth.type === 'list');
  const calls = truth.items.map((call) => {
    assert.ok(call.type === 'dict');
    const [[name, given]] = [...call.entries] as [[string, PythonValue]];
    assert.ok(given.type === 'dict');
    return `${name}(${optionsOf(given.entries, '=').join(', ')})`;
  });
  return `[${calls.join(', ')}]`;
}

function optionsOf(entries: ReadonlyMap<string, PythonValue>, between: '=' | ': '): readonly string[] {
  return [...entries].flatMap(([key, options]) => {
    assert.ok(options.type === 'list');
    const option = options.items.find((item) => item.type !== 'str' || item.value !== '');
    return option === undefined ? [] : [`${between === '=' ? key : textOfValue({ type: 'str', value: key })}${between}${written(option)}`];
  });
}

function written(value: PythonValue): string {
  if (value.type === 'dict') return `{${optionsOf(value.entries, ': ').join(', ')}}`;
  if (value.type === 'list') return `[${value.items.map(written).join(', ')}]`;
  return textOfValue(value);
}
