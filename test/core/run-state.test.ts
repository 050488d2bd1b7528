// Needs nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CandidateReference } from '../../src/core/candidate.js';
import type { Edit } from '../../src/core/edit.js';
import type { EditVerdict, RunEvent, RunEventBody } from '../../src/core/events.js';
import type { Usage } from '../../src/core/outcome.js';
import { randomStream } from '../../src/core/random.js';
import {
  epochsShown,
  initialRunState,
  mergeNodesOf,
  notesShown,
  reduce,
  reduceAll,
  subsetOf,
  subsetsOf,
  textShown,
  type RunState,
} from '../../src/core/run-state.js';

const usage: Usage = { rollouts: 16, calls: 17, promptTokens: 900, completionTokens: 90 };
const score = (mean: number, n = 16): { mean: number; n: number } => ({ mean, n });
const candidate = (name: string): CandidateReference => ({ hash: name, document: `document-${name}`, tokens: 10 });
const edit = (text: string): Edit => ({ kind: 'add', module: 'rules', text, reason: 'r', taskIds: ['t1'] });
const test = { method: 'mcnemar-exact', n: 100, meanDifference: 0.1, interval: { low: 0, high: 0.2, confidence: 0.95 }, pValue: 0.01 } as const;

function epoch(subset: string, number: number, verdict: EditVerdict, before: number, after: number): RunEventBody {
  return {
    type: 'epoch-ended',
    subset,
    epoch: number,
    verdict,
    before: score(before),
    after: score(after),
    edits: [edit(`rule ${number}`)],
    rejected: [],
    candidate: candidate(`${subset}-${number}`),
    droppedAnswers: 1,
    usage,
  };
}

/** The events of one subset with `epochs` epochs, in order. */
function subsetEvents(subset: string, epochs: number): readonly (readonly [string, RunEventBody])[] {
  return [
    [`optimize/${subset}`, { type: 'subset-started', subset, tasks: 16 }],
    ...Array.from(
      { length: epochs },
      (_, i) => [`optimize/${subset}/epoch-${i + 1}`, epoch(subset, i + 1, i % 2 === 0 ? 'accepted' : 'rolled-back', 0.1 * i, 0.1 * (i + 1))] as const,
    ),
    [
      `optimize/${subset}/end`,
      { type: 'subset-ended', subset, candidate: candidate(`${subset}-${epochs}`), before: score(0), after: score(0.1 * epochs), reason: 'patience' },
    ],
  ];
}

function mergeEvent(node: string, level: number): readonly [string, RunEventBody] {
  return [
    `merge/${node}`,
    {
      type: 'merge-ended',
      node,
      level,
      parents: [],
      candidate: candidate(node),
      verdict: level === 1 ? 'accepted' : 'best-parent',
      why: 'w'.repeat(500),
      offered: 7,
      kept: 5,
      usage,
    },
  ];
}

const wholeRun: readonly (readonly [string, RunEventBody])[] = [
  ['plan', { type: 'run-planned', train: 96, select: 30, confirm: 30, test: 100, subsets: 6, subsetSize: 16, mergeLevels: 2, seed: candidate('seed') }],
  ['baseline', { type: 'phase-started', phase: 'baseline' }],
  ['baseline/end', { type: 'baseline-ended', score: score(0.4, 30), usage }],
  ['optimize', { type: 'phase-started', phase: 'optimize' }],
  ...[1, 2, 3, 4, 5, 6].flatMap((i) => subsetEvents(`s000${i}`, i)),
  ['merge', { type: 'phase-started', phase: 'merge' }],
  ['merge/level-1', { type: 'merge-level-started', level: 1, nodes: 2, pool: 60 }],
  mergeEvent('m1-0001', 1),
  mergeEvent('m1-0002', 1),
  ['merge/level-2', { type: 'merge-level-started', level: 2, nodes: 1, pool: 60 }],
  mergeEvent('m2-0001', 2),
  ['repair/1', { type: 'repair-ended', round: 1, verdict: 'accepted', failing: 9, edits: [], candidate: candidate('repaired'), usage }],
  ['repair/2', { type: 'repair-ended', round: 2, verdict: 'rolled-back', failing: 8, edits: [], candidate: candidate('repaired'), usage }],
  ['select', { type: 'finalists-chosen', finalists: [{ id: 'seed', label: 'seed', candidate: candidate('seed') }], tasks: 30 }],
  ['select/1', { type: 'race-block-ended', block: 1, scores: [{ id: 'seed', score: score(0.5, 10) }], dropped: [] }],
  ['select/2', { type: 'race-block-ended', block: 2, scores: [{ id: 'seed', score: score(0.5, 20) }], dropped: ['x'] }],
  ['select/end', { type: 'select-ended', winner: 'm2-0001', candidate: candidate('repaired'), scores: [] }],
  ['confirm', { type: 'confirm-ended', better: true, against: 'seed', before: score(0.4), after: score(0.6), test }],
  ['prove', { type: 'prove-ended', look: 1, before: score(0.4), after: score(0.6), baselines: [], test, usage }],
  ['budget', { type: 'budget-reached', limit: 'tokens', at: 'optimize/s0003' }],
  ['budget/again', { type: 'budget-reached', limit: 'rollouts', at: 'optimize/s0003' }],
  ['done', { type: 'phase-started', phase: 'done' }],
  ['end', { type: 'run-ended', status: 'completed', champion: candidate('repaired'), better: true, digest: 'abc', sentence: 'Better.' }],
];

function toEvents(list: readonly (readonly [string, RunEventBody])[]): RunEvent[] {
  return list.map(([path, body], i) => ({ path, number: 0, body, sequence: i + 1, at: 1_000 + i }));
}

const all = toEvents(wholeRun);
const reduced = (events: readonly RunEvent[]): RunState => reduceAll(initialRunState('run-1'), events);

describe('reduce', () => {
  it('tells of a whole run what command line and report show', () => {
    const state = reduced(all);
    assert.equal(state.runId, 'run-1');
    assert.equal(state.phase, 'done');
    assert.deepEqual([state.startedAt, state.updatedAt, state.sequence], [1_000, 1_000 + all.length - 1, all.length]);
    assert.equal(state.plan?.subsets, 6);
    assert.equal(state.baseline?.score.mean, 0.4);
    assert.deepEqual(state.optimize, {
      started: 6,
      ended: 6,
      improved: 6,
      epochs: 21,
      verdicts: { accepted: 12, 'rolled-back': 9 },
      reasons: { patience: 6 },
      droppedAnswers: 21,
    });
    assert.deepEqual(
      subsetsOf(state).map(({ id, epoch: last, status }) => [id, last, status]),
      [1, 2, 3, 4, 5, 6].map((i) => [`s000${i}`, i, 'ended']),
    );
    assert.deepEqual(state.levels, [
      { level: 1, nodes: 2, pool: 60, ended: 2, verdicts: { accepted: 2 } },
      { level: 2, nodes: 1, pool: 60, ended: 1, verdicts: { 'best-parent': 1 } },
    ]);
    assert.deepEqual(
      mergeNodesOf(state).map(({ node }) => node),
      ['m1-0001', 'm1-0002', 'm2-0001'],
    );
    assert.deepEqual(
      mergeNodesOf(state, 2).map(({ node, offered, kept }) => [node, offered, kept]),
      [['m2-0001', 7, 5]],
    );
    assert.deepEqual(
      state.repairs.map(({ round, verdict }) => [round, verdict]),
      [
        [1, 'accepted'],
        [2, 'rolled-back'],
      ],
    );
    assert.equal(state.finalists?.tasks, 30);
    assert.deepEqual(
      state.race.map(({ block, dropped }) => [block, dropped.length]),
      [
        [1, 0],
        [2, 1],
      ],
    );
    assert.equal(state.select?.winner, 'm2-0001');
    assert.equal(state.confirm?.better, true);
    assert.equal(state.prove?.look, 1);
    assert.deepEqual(state.budget, {
      count: 2,
      notes: [
        { limit: 'rollouts', at: 'optimize/s0003' },
        { limit: 'tokens', at: 'optimize/s0003' },
      ],
    });
    assert.equal(state.status.status, 'completed');
    assert.equal(state.status.end?.digest, 'abc');
    assert.equal(state.usage.rollouts, 16 * (1 + 21 + 3 + 2 + 1));
  });

  it('shows a subset while it runs', () => {
    const running = reduced(toEvents(subsetEvents('s0001', 3).slice(0, -1)));
    assert.deepEqual(subsetOf(running, 's0001'), {
      id: 's0001',
      status: 'running',
      tasks: 16,
      epoch: 3,
      epochs: [1, 2, 3].map((i) => ({
        epoch: i,
        verdict: i === 2 ? 'rolled-back' : 'accepted',
        before: score(0.1 * (i - 1)),
        after: score(0.1 * i),
        edits: 1,
        rejected: 0,
      })),
      verdicts: { accepted: 2, 'rolled-back': 1 },
      latestEdit: { epoch: 3, kind: 'add', module: 'rules', text: 'rule 3' },
      before: score(0),
      after: score(0.1 * 3),
      candidate: candidate('s0001-3'),
      droppedAnswers: 3,
      usage: { rollouts: 48, calls: 51, promptTokens: 2_700, completionTokens: 270 },
    });
    const [started, first, second] = toEvents([...subsetEvents('s0001', 2)]) as [RunEvent, RunEvent, RunEvent];
    assert.deepEqual(subsetOf(reduced([started, first, second]), 's0001')?.after, score(0.1), 'a rolled-back epoch leaves the score of before');
  });

  it('takes the scores from the end of a subset, also if it tells none', () => {
    const state = reduced(
      toEvents([
        ...subsetEvents('s0001', 2).slice(0, -1),
        ['x', { type: 'subset-ended', subset: 's0001', candidate: candidate('seed'), reason: 'failed', note: 'n'.repeat(999) }],
      ]),
    );
    const subset = subsetOf(state, 's0001');
    assert.deepEqual([subset?.before, subset?.after, subset?.candidate?.hash, subset?.reason], [undefined, undefined, 'seed', 'failed']);
    assert.equal(subset?.note?.length, textShown);
    assert.equal(state.optimize.improved, 0);
  });

  it('follows waiting, pausing and continuing by the number of the event', () => {
    const list = toEvents([
      ['w', { type: 'run-waiting', reason: 'key', sentence: 'The key was refused.' }],
      ['c', { type: 'run-continued' }],
      ['p', { type: 'run-paused' }],
    ]);
    assert.deepEqual(
      list.map((_, i) => reduced(list.slice(0, i + 1)).status.status),
      ['waiting', 'running', 'paused'],
    );
    assert.deepEqual(reduced(list.slice(0, 1)).status, { status: 'waiting', reason: 'key', sentence: 'The key was refused.', sequence: 1 });
    assert.equal(reduced(list.toReversed()).status.status, 'paused');
    const resumed = reduced(
      toEvents([
        ['e', { type: 'run-ended', status: 'failed', sentence: 'x' }],
        ['c', { type: 'run-continued' }],
      ]),
    );
    assert.deepEqual([resumed.status.status, resumed.status.end], ['running', undefined]);
  });

  it('changes nothing for an event that comes again', () => {
    let state = reduced(all);
    for (const event of all) {
      const again = reduce(state, { ...event, sequence: event.sequence + 1_000, at: event.at + 1_000 });
      assert.equal(again, state);
      state = again;
    }
  });

  it('takes a run-level event of an unknown type for none', () => {
    const state = reduced(all);
    const {
      seen: _,
      updatedAt: __,
      sequence: ___,
      ...rest
    } = reduce(state, { path: 'later', number: 0, sequence: 99, at: 99_999, body: { type: 'moon-landed' } as unknown as RunEventBody });
    const { seen: _a, updatedAt: _b, sequence: _c, ...before } = state;
    assert.deepEqual(rest, before);
  });

  it('ends in the same state whatever the order in which subsets, nodes and all else complete', () => {
    const expected = reduced(all);
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        assert.deepEqual(reduced(randomStream(seed, 'test', 'completion').shuffle(all)), expected);
      }),
      { numRuns: 200 },
    );
  });

  it('never changes a state that it was given', () => {
    let state = initialRunState('run-1');
    for (const event of all) {
      const copy = structuredClone(state);
      const next = reduce(state, event);
      assert.deepEqual(state, copy);
      state = next;
    }
  });

  it('keeps a bounded amount of each subset and of budget notes', () => {
    const long = toEvents([
      ...subsetEvents('s0001', 200),
      ...Array.from({ length: 100 }, (_, i) => [`budget/${i}`, { type: 'budget-reached', limit: 'rollouts', at: `optimize/s${i}` }] as const),
    ]);
    const state = reduced(long);
    assert.equal(subsetOf(state, 's0001')?.epochs.length, epochsShown);
    assert.equal(subsetOf(state, 's0001')?.epochs.at(-1)?.epoch, 200);
    assert.equal(subsetOf(state, 's0001')?.verdicts.accepted, 100);
    assert.deepEqual([state.budget.count, state.budget.notes.length], [100, notesShown]);
    const huge: RunEventBody = { ...(epoch('s0001', 1, 'accepted', 0, 1) as Extract<RunEventBody, { type: 'epoch-ended' }>), edits: [edit('x'.repeat(9_999))] };
    assert.equal(subsetOf(reduced(toEvents([['p', huge]])), 's0001')?.latestEdit?.text.length, textShown);
    assert.equal(mergeNodesOf(reduced(all))[0]?.why.length, textShown);
  });

  it('reduces the events of 10,000 subsets in less than a second', () => {
    const events = toEvents(Array.from({ length: 10_000 }, (_, i) => subsetEvents(`s${String(i).padStart(5, '0')}`, 3)).flat());
    const cpu = process.cpuUsage();
    const state = reduced(events);
    const { user } = process.cpuUsage(cpu);
    assert.equal(state.optimize.ended, 10_000);
    assert.ok(user < 1_000_000, `${events.length} events took ${Math.round(user / 1_000)} ms of processor time`);
  });
});
