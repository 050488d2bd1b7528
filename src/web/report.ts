// The report of a run: one self-contained HTML file, no network. Readable on a phone and a desk, light and dark.

import { createHash } from 'node:crypto';
import { diffLines } from 'diff';
import { html, raw } from 'hono/html';
import type { Candidate } from '../core/candidate.js';
import type { Score } from '../core/events.js';
import { forecastOutcome, forecastSentence } from '../core/forecast-outcome.js';
import type { Item, Module } from '../core/module.js';
import { droppedAnswers, mergeNodesOf, SUBSET_END_WORDS, subsetsOf, type MergeNodeView, type SubsetView } from '../core/run-state.js';
import { wilsonIntervalOfMean } from '../core/statistics/interval.js';
import type { RunRow, Store } from '../store/store.js';
import { readReport, type ReportData } from './report-data.js';
import { SCRIPT, STYLE } from './report-page.js';
import { counted } from '../core/sentences.js';

type Html = ReturnType<typeof html>;

/** Nothing is loaded, and no script runs but ours: texts of tasks and models are on the page. */
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;

const REASONS_LISTED = 5;
const METHODS: Readonly<Record<string, string>> = {
  'mcnemar-exact': "McNemar's exact test",
  'sign-flip-exact': 'exact sign-flip test',
  'sign-flip-monte-carlo': 'sign-flip test, sampled',
};

/** Renders the report of a run in whatever state it is. */
export async function renderReport(store: Store, row: RunRow): Promise<string> {
  const data = await readReport(store, row);
  const failed = failures(data);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${row.project}: run ${row.id}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header>
<p class="eyebrow">Watersmeet report</p>
<h1>${row.project}</h1>
<p class="meta">run ${row.id} &middot; ${row.input.settings.strategy} &middot; ${models(data)} &middot; ${new Date(row.createdAt).toISOString().slice(0, 16).replace('T', ' ')} UTC &middot; <span class="badge ${row.status}">${row.status}${row.status === 'waiting' ? `: ${row.waiting ?? ''}` : ''}</span></p>
${row.sentence === undefined ? '' : html`<p class="meta">${row.sentence}</p>`}
<nav>${['Proof', 'Merge tree', 'Champion', 'Changes', 'Edits', 'Tokens', 'Tasks', ...(failed === '' ? [] : ['Failures']), 'Settings'].map((name) => html`<a href="#${anchor(name)}">${name}</a>`)}</nav>
</header>
<main>
${proof(data)}
${tree(data)}
${champion(data)}
${changes(data)}
${edits(data)}
${tokensSection(data)}
${tasks(data)}
${failed}
${settings(data)}
</main>
<script>${raw(SCRIPT)}</script>
</body>
</html>`;
  return String(await page);
}

function section(name: string, content: Html | Html[] | ''): Html {
  return html`<section id="${anchor(name)}"><h2>${name}</h2>${content}</section>`;
}

function proof({ state, row }: ReportData): Html {
  const { prove, confirm } = state;
  const test = prove ?? confirm;
  const split = prove === undefined ? 'confirm' : 'test';
  const finalists = state.finalists?.finalists ?? [];
  return section(
    'Proof',
    html`
${
  test === undefined
    ? html`<p>The run has not come to its proof yet.</p>`
    : html`
<div class="cards">
<div class="card"><p class="label">seed on ${split}</p><p class="big">${percent(test.before.mean)}</p>${whisker(test.before)}</div>
<div class="card accent"><p class="label">champion on ${split}</p><p class="big">${percent(test.after.mean)}</p>${whisker(test.after)}</div>
<div class="card"><p class="label">difference</p><p class="big">${signedPercent(test.test.meanDifference)}</p><p class="small">95\u00a0% interval ${signedPercent(test.test.interval.low)} to ${signedPercent(test.test.interval.high)}, n=${test.test.n}</p></div>
${confirm === undefined ? '' : html`<div class="card"><p class="label">confirm, which decides</p><p class="big">${confirm.better ? 'better' : 'not shown'}</p><p class="small">p=${confirm.test.pValue.toPrecision(2)} (${METHODS[confirm.test.method] ?? confirm.test.method}, one-sided, n=${confirm.test.n}), against the ${confirm.against}</p></div>`}
</div>
${prove === undefined ? '' : html`<p class="small">Look ${prove.look} at this test split. The test decides nothing: it is reported.</p>`}`
}
${
  finalists.length === 0
    ? ''
    : html`
<div class="scroll"><table class="bars"><thead><tr><th>finalist</th><th>select</th><th>confirm</th><th>test</th><th class="number">module tokens</th></tr></thead><tbody>
${finalists.map((finalist) => {
  const winner = finalist.id === state.select?.winner;
  const isSeed = finalist.id === 'seed';
  const baseline = prove?.baselines.find((one) => one.id === finalist.id)?.score;
  return html`<tr class="${winner ? 'winner' : ''}"><td>${finalist.label}${winner ? html` <span class="badge completed">champion</span>` : ''}</td>
${scoreCell('select', state.select?.scores.find((one) => one.id === finalist.id)?.score)}
${scoreCell('confirm', winner ? confirm?.after : isSeed ? confirm?.before : undefined)}
${scoreCell('test', winner ? prove?.after : isSeed ? prove?.before : baseline)}
<td class="number" data-label="module tokens">${finalist.candidate.tokens}</td></tr>`;
})}
</tbody></table></div>`
}
${state.budget.notes.length === 0 ? '' : html`<p class="small">Budget reached: ${state.budget.notes.map((note) => `${note.limit} (${note.at})`).join(', ')}.</p>`}
${row.digest === undefined ? '' : html`<p class="small">digest <code>${row.digest}</code></p>`}`,
  );
}

function tree(data: ReportData): Html {
  const { state } = data;
  const nodes = new Map(mergeNodesOf(state).map((node) => [node.node, node]));
  const subsets = new Map(subsetsOf(state).map((subset) => [subset.id, subset]));
  const below = new Set([...nodes.values()].flatMap((node) => node.parents.map((parent) => parent.id)));
  const roots = nodes.size === 0 ? [...subsets.keys()] : [...nodes.keys()].filter((id) => !below.has(id));
  const repairs = state.repairs.map(
    (round) =>
      html`<li><span class="node">repair round ${round.round}</span> ${verdict(round.verdict)} ${counted(round.failing, 'failing task')}${round.before === undefined || round.after === undefined ? '' : html`, ${plain(round.before)} &rarr; ${plain(round.after)}`}</li>`,
  );
  return section(
    'Merge tree',
    html`<p class="small">From the root down: every merge with its parents on the same tasks, what the gate said and why; leaves are subsets.</p>
${repairs.length === 0 ? '' : html`<ul class="tree">${repairs}</ul>`}
<ul class="tree">${roots.map((id) => branch(id, nodes, subsets, 0))}</ul>`,
  );
}

function branch(id: string, nodes: ReadonlyMap<string, MergeNodeView>, subsets: ReadonlyMap<string, SubsetView>, depth: number): Html {
  const node = nodes.get(id);
  if (node === undefined) {
    const subset = subsets.get(id);
    if (subset === undefined) return html`<li><span class="node">${id}</span></li>`;
    return html`<li><span class="node">${id}</span> ${subset.tasks === undefined ? '' : `${counted(subset.tasks, 'task')}, `}${counted(subset.epoch, 'epoch')}, ${subset.reason === undefined ? subset.status : SUBSET_END_WORDS[subset.reason]}${subset.before === undefined || subset.after === undefined ? '' : html`, ${plain(subset.before)} &rarr; ${plain(subset.after)}`}${subset.note === undefined ? '' : html` <span class="small">${subset.note}</span>`}</li>`;
  }
  const scores = node.parents
    .filter((parent) => parent.score !== undefined)
    .map((parent) => html`<span class="chip">${parent.id} ${plain(parent.score!)}</span>`);
  return html`<li><details ${depth < 3 ? 'open' : ''}><summary><span class="node">${node.node}</span> ${verdict(node.verdict)} ${node.combinedScore === undefined ? '' : html`<strong>${plain(node.combinedScore)}</strong>`} <span class="small">${node.why}${node.offered > 0 && node.verdict !== 'ungated' ? `; kept ${node.kept} of ${node.offered} offers` : ''}</span></summary>
${scores.length === 0 ? '' : html`<p class="chips">parents on the pool: ${scores}</p>`}
<ul>${node.parents.map((parent) => branch(parent.id, nodes, subsets, depth + 1))}</ul></details></li>`;
}

function champion(data: ReportData): Html {
  if (data.champion === undefined) return section('Champion', html`<p>There is none yet.</p>`);
  return section(
    'Champion',
    data.champion.modules.map((module) => html`<h3>${module.name} <span class="small">${module.kind}</span></h3>${moduleView(module, data)}`),
  );
}

function moduleView(module: Module, data: ReportData): Html {
  if (module.kind === 'instructions') return html`<pre>${module.text}</pre><p class="small">from ${originsOf(module.origins)}</p>`;
  if (module.items.length === 0) return html`<p>(empty)</p>`;
  return html`<ol class="items">${module.items.map((item) => html`<li><p class="text">${item.text}${item.answer === undefined ? '' : html` <span class="answer">${item.answer}</span>`}</p><p class="small">${originOf(item)}${evidenceOf(item, data)}</p></li>`)}</ol>`;
}

function originOf(item: Item): Html {
  return html`<code>${item.id}</code> found by ${originsOf(item.origins)}`;
}

function originsOf(origins: Item['origins']): string {
  return origins.map((origin) => `${origin.subset}${tasksOf(origin.taskIds)}`).join('; ');
}

function tasksOf(ids: readonly string[]): string {
  return ids.length === 0 ? '' : ` (task${ids.length === 1 ? '' : 's'} ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', ...' : ''})`;
}

function evidenceOf(item: Item, { evidence }: ReportData): string {
  const seen = evidence.get(item.id);
  return seen === undefined ? '' : `; helped ${seen.helped}, hurt ${seen.hurt}`;
}

function changes({ seed, champion: last }: ReportData): Html {
  if (last === undefined) return section('Changes', html`<p>Nothing to compare yet.</p>`);
  return section(
    'Changes',
    last.modules.map((module) => {
      const before = moduleLines(seed, module.name);
      const parts = diffLines(before, moduleLines(last, module.name));
      const lines = parts.flatMap((part) =>
        part.value
          .replace(/\n$/, '')
          .split('\n')
          .map(
            (line) =>
              html`<span class="${part.added ? 'added' : part.removed ? 'removed' : ''}">${part.added ? '+ ' : part.removed ? '- ' : '  '}${line}\n</span>`,
          ),
      );
      return html`<h3>${module.name}</h3>${parts.some((part) => part.added || part.removed) ? html`<pre class="diff">${lines}</pre>` : html`<p class="small">unchanged</p>`}`;
    }),
  );
}

function moduleLines(candidate: Candidate, name: string): string {
  const module = candidate.modules.find((one) => one.name === name);
  if (module === undefined) return '';
  if (module.kind === 'instructions') return module.text === '' ? '' : `${module.text}\n`;
  return module.items.map((item) => `${item.text}${item.answer === undefined ? '' : ` -> ${item.answer}`}\n`).join('');
}

function edits({ epochs }: ReportData): Html {
  const withEdits = epochs.filter((epoch) => epoch.edits.length > 0 || (epoch.type === 'epoch-ended' && epoch.rejected.length > 0));
  if (withEdits.length === 0) return section('Edits', html`<p>No edit was proposed.</p>`);
  return section(
    'Edits',
    html`<div class="controls" data-filter="edits"><button data-value="all" class="on">all</button><button data-value="accepted">accepted</button><button data-value="rolled-back">rolled back</button></div>
<div id="edits-list">${withEdits.map((epoch) => {
      const name = epoch.type === 'epoch-ended' ? `${epoch.subset}, epoch ${epoch.epoch}` : `repair round ${epoch.round}`;
      return html`<details class="entry" data-kind="${epoch.verdict}"><summary><span class="node">${name}</span> ${verdict(epoch.verdict)} ${epoch.before === undefined || epoch.after === undefined ? '' : html`${plain(epoch.before)} &rarr; ${plain(epoch.after)}`} <span class="small">${epoch.edits.length} edit${epoch.edits.length === 1 ? '' : 's'}</span></summary>
<ul>${epoch.edits.map((edit) => html`<li><strong>${edit.kind}</strong> ${edit.module} ${edit.kind === 'remove' ? html`<code>${edit.item}</code>` : edit.text}${'answer' in edit && edit.answer !== undefined ? html` <span class="answer">${edit.answer}</span>` : ''}<br><span class="small">${edit.reason}${tasksOf(edit.taskIds)}</span></li>`)}
${epoch.type === 'epoch-ended' ? epoch.rejected.map(({ edit, reason }) => html`<li class="small">not applied: ${edit.kind} ${edit.module}: ${reason}</li>`) : ''}</ul></details>`;
    })}</div>`,
  );
}

function tokensSection({ state, totals, tokensPerTask }: ReportData): Html {
  const outcome = forecastOutcome(state, totals);
  return section(
    'Tokens',
    html`<div class="scroll" tabindex="0" role="region" aria-label="tokens by role"><table><thead><tr><th>role</th><th class="number">rollouts</th><th class="number">calls</th><th class="number">sent</th><th class="number">lost</th><th class="number">prompt tokens</th><th class="number">mean a call</th><th class="number">max a call</th><th class="number">completion tokens</th><th class="number">cost</th></tr></thead><tbody>
${totals.map((total) => html`<tr><td>${total.role}</td>${[total.rollouts, total.calls, total.sentCalls, total.lostCalls, total.promptTokens, total.calls === 0 ? 0 : total.promptTokens / total.calls, total.maxPromptTokens, total.completionTokens].map((value) => html`<td class="number">${number(value)}</td>`)}<td class="number">$${total.cost === 0 ? '0' : total.cost.toFixed(4)}</td></tr>`)}
</tbody></table></div>
<p class="small">Calls and tokens are counted per logical use, also when they were served from the store; "sent" is what this run really sent, "lost" was in flight when its process died.</p>
${outcome === undefined ? '' : html`<p class="small">Forecast: ${forecastSentence(outcome)}.</p>`}
${tokensPerTask === undefined ? '' : html`<p class="small">Agent prompt tokens per task: seed ${number(tokensPerTask.before)}, champion ${number(tokensPerTask.after)}.</p>`}`,
  );
}

function tasks({ tasks: { results, split, total } }: ReportData): Html {
  if (results.length === 0) return section('Tasks', html`<p>No task has been run with seed and champion yet.</p>`);
  const kind = (before: number, after: number) =>
    after > before + 1e-9 ? 'fixed' : after < before - 1e-9 ? 'broken' : after >= 1 - 1e-9 ? 'right' : 'failing';
  const counts = { fixed: 0, broken: 0, right: 0, failing: 0 };
  for (const result of results) counts[kind(result.before.score, result.after.score)]++;
  const names = { fixed: 'better now', broken: 'worse now', failing: 'still failing', right: 'right with both' };
  return section(
    'Tasks',
    html`<p class="small">Seed and champion on ${results.length === total ? `all ${total}` : `the first ${results.length} of ${total}`} ${split} tasks.</p>
<div class="controls" data-filter="tasks"><button data-value="all" class="on">all ${results.length}</button>${(['fixed', 'broken', 'failing', 'right'] as const).map((name) => html`<button data-value="${name}">${names[name]} ${counts[name]}</button>`)}<input type="search" placeholder="search" aria-label="search the tasks"></div>
<div class="scroll"><table class="tasks"><thead><tr><th>task</th><th>input</th><th>expected</th><th>seed</th><th>champion</th></tr></thead><tbody id="tasks-list">
${results.map((result) => html`<tr class="entry" data-kind="${kind(result.before.score, result.after.score)}"><td><code>${result.id}</code>${result.category === '' || result.category === result.expected ? '' : html`<br><span class="small">${result.category}</span>`}</td><td>${result.input}</td><td>${result.expected}</td><td>${attemptCell(result.before)}</td><td>${attemptCell(result.after)}</td></tr>`)}
</tbody></table></div>
<p class="small nothing hidden">No task is like that.</p>`,
  );
}

/** What did not work, beside answers that were wrong. */
function failures({ state, totals, tasks: { results, split } }: ReportData): Html | '' {
  const lines: (Html | string)[] = [];
  for (const subset of subsetsOf(state))
    if (subset.reason === 'failed')
      lines.push(
        html`<span class="node">${subset.id}</span> failed and gave back what it began with${subset.note === undefined ? '' : html`: ${subset.note}`}`,
      );
  for (const node of mergeNodesOf(state)) if (node.verdict === 'failed') lines.push(html`<span class="node">${node.node}</span> failed: ${node.why}`);
  for (const [role, dropped] of Object.entries(droppedAnswers(state)))
    if (dropped > 0)
      lines.push(
        `${number(dropped)} ${role} answer${dropped === 1 ? '' : 's'} could not be used, also after one repair attempt, and ${dropped === 1 ? 'was' : 'were'} dropped.`,
      );
  if (state.answerProblem !== undefined) lines.push(`What was wrong with the last one of the optimizer: ${state.answerProblem.sentence}`);
  const lost = totals.reduce((sum, total) => sum + total.lostCalls, 0);
  if (lost > 0) lines.push(`${number(lost)} call${lost === 1 ? ' was' : 's were'} in flight when the process died, and may have been sent twice.`);
  for (const [who, pick] of [
    ['seed', 'before'],
    ['champion', 'after'],
  ] as const) {
    const reasons = new Map<string, number>();
    for (const result of results) if (result[pick].failed) reasons.set(result[pick].words, (reasons.get(result[pick].words) ?? 0) + 1);
    const sorted = [...reasons].toSorted(([, left], [, right]) => right - left);
    for (const [reason, times] of sorted.slice(0, REASONS_LISTED))
      lines.push(html`${number(times)} attempt${times === 1 ? '' : 's'} of the ${who} on ${split} ended without an answer: ${reason}`);
    if (sorted.length > REASONS_LISTED) lines.push(`... and ${sorted.length - REASONS_LISTED} more reasons for the ${who}.`);
  }
  return lines.length === 0 ? '' : section('Failures', html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`);
}

function attemptCell(attempt: ReportData['tasks']['results'][number]['before']): Html {
  return html`<span class="mark ${attempt.score >= 1 - 1e-9 ? 'good' : attempt.score > 0 ? 'part' : 'bad'}">${attempt.score.toFixed(attempt.score % 1 === 0 ? 0 : 2)}</span> ${attempt.output}${attempt.words === '' || attempt.score >= 1 - 1e-9 ? '' : html`<br><span class="small">${attempt.words}</span>`}${attempt.steps === '' ? '' : html`<details><summary>steps</summary><pre>${attempt.steps}</pre></details>`}`;
}

function settings({ row, state }: ReportData): Html {
  const { plan } = state;
  return section(
    'Settings',
    html`${plan === undefined ? '' : html`<p>${plan.train} training tasks in ${plan.subsets} subset${plan.subsets === 1 ? '' : 's'} of at most ${plan.subsetSize}; ${plan.select} select, ${plan.confirm} confirm, ${plan.test} test tasks; ${plan.mergeLevels} merge level${plan.mergeLevels === 1 ? '' : 's'}.</p>`}
<details><summary>all settings</summary><pre>${JSON.stringify(row.input.settings, null, 2)}</pre></details>
<p class="small">watersmeet ${row.input.packageVersion}, started by ${row.startedBy}.</p>`,
  );
}

function models({ row }: ReportData): string {
  const names = [...new Set(Object.values(row.input.settings.models).map((model) => model.model))];
  return names.length === 0 ? 'no model' : names.join(', ');
}

function verdict(name: string): Html {
  return html`<span class="badge ${name}">${name.replace('-', ' ')}</span>`;
}

/** As in the table of the proof. */
function plain(score: Score): string {
  const { low, high } = wilsonIntervalOfMean(score.mean, score.n);
  return `${percent(score.mean)} [${Math.round(low * 100)}, ${Math.round(high * 100)}] n=${score.n}`;
}

/** A score with its 95 % Wilson interval as a bar. */
function scoreCell(split: string, score: Score | undefined): Html {
  if (score === undefined || score.n === 0) return html`<td class="none"></td>`;
  const { low, high } = wilsonIntervalOfMean(score.mean, score.n);
  return html`<td data-label="${split}"><div class="bar" title="95 % interval ${percent(low)} to ${percent(high)}, n=${score.n}"><span class="fill" style="width:${(score.mean * 100).toFixed(1)}%"></span><span class="range" style="left:${(low * 100).toFixed(1)}%;width:${((high - low) * 100).toFixed(1)}%"></span></div><span class="small">${percent(score.mean)} <span class="dim">[${Math.round(low * 100)}, ${Math.round(high * 100)}] n=${score.n}</span></span></td>`;
}

function whisker(score: Score): Html {
  const { low, high } = wilsonIntervalOfMean(score.mean, score.n);
  return html`<p class="small">95\u00a0% interval ${percent(low)} to ${percent(high)}, n=${score.n}</p>`;
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)}\u00a0%`;
}

function signedPercent(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value * 100).toFixed(1)}\u00a0pt`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function anchor(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-');
}
