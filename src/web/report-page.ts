// Style and behaviour of the report, inlined into the file.

export const STYLE = `
:root { --ground: #fbfbf9; --card: #ffffff; --ink: #1c2326; --soft: #5d686d; --line: #dfe3e2; --accent: #0b6e79; --good: #18794e; --bad: #b42318; --part: #9a6700; --good-ground: #e3f3ea; --bad-ground: #fbe7e5; --accent-ground: #e0f1f2; }
@media (prefers-color-scheme: dark) { :root { --ground: #12181a; --card: #1a2225; --ink: #e7eceb; --soft: #9aa6a9; --line: #2d383c; --accent: #5cc4cf; --good: #5bc48d; --bad: #f08b80; --part: #e0b252; --good-ground: #15352a; --bad-ground: #42201d; --accent-ground: #123a3f; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header, main { max-width: 1080px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 32px; }
h1 { font-size: 1.9rem; line-height: 1.15; margin: 0 0 6px; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 0 0 12px; }
h3 { font-size: 1rem; margin: 20px 0 8px; }
.eyebrow { margin: 0 0 4px; color: var(--accent); font-weight: 600; font-size: 0.85rem; }
.meta { margin: 0 0 6px; color: var(--soft); overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 16px 0 0; padding: 10px 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
nav a, a { color: var(--accent); text-decoration: none; }
nav a:hover { text-decoration: underline; }
section { padding: 28px 0 4px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 12px; margin-bottom: 16px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; }
.card.accent { background: var(--accent-ground); border-color: transparent; }
.card p { margin: 0; }
.label { color: var(--soft); font-size: 0.85rem; }
.big { font-size: 1.75rem; font-weight: 650; line-height: 1.25; font-variant-numeric: tabular-nums; }
.small { font-size: 0.85rem; color: var(--soft); }
.dim { opacity: 0.8; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; }
th { text-align: left; color: var(--soft); font-weight: 500; font-size: 0.82rem; padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
td { padding: 8px 10px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th.number, .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
table.bars td:nth-child(n+2):nth-child(-n+4) { min-width: 150px; }
table.bars td:first-child { min-width: 140px; }
.winner td { font-weight: 550; }
.bar { position: relative; height: 10px; background: var(--line); border-radius: 5px; overflow: hidden; margin: 6px 0 2px; }
.fill { position: absolute; inset: 0 auto 0 0; background: var(--accent); }
.range { position: absolute; top: 3px; height: 4px; background: var(--ink); opacity: 0.45; border-radius: 2px; }
.badge { display: inline-block; padding: 0 8px; border-radius: 9px; font-size: 0.78rem; line-height: 1.5; background: var(--line); color: var(--ink); white-space: nowrap; }
.badge.accepted, .badge.completed, .badge.solved { background: var(--good-ground); color: var(--good); }
.badge.rolled-back, .badge.failed, .badge.cancelled { background: var(--bad-ground); color: var(--bad); }
.badge.running, .badge.ungated, .badge.best-parent { background: var(--accent-ground); color: var(--accent); }
.tree, .tree ul { list-style: none; padding-left: 0; margin: 4px 0; }
.tree ul { padding-left: 18px; border-left: 2px solid var(--line); margin-left: 5px; }
.tree li { margin: 6px 0; }
.node { font-weight: 600; font-variant-numeric: tabular-nums; }
.chips { margin: 4px 0 4px 18px; font-size: 0.85rem; color: var(--soft); }
.chip { display: inline-block; border: 1px solid var(--line); border-radius: 6px; padding: 0 6px; margin: 2px 4px 2px 0; }
summary { cursor: pointer; }
details.entry { border-bottom: 1px solid var(--line); padding: 6px 0; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; font: 0.85rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { font: 0.85em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.diff .added { color: var(--good); background: var(--good-ground); display: block; }
.diff .removed { color: var(--bad); background: var(--bad-ground); display: block; }
.items { padding-left: 28px; }
.items li { margin: 0 0 10px; }
.items p { margin: 0; }
.answer { display: inline-block; padding: 0 8px; border-radius: 6px; background: var(--accent-ground); color: var(--accent); font-size: 0.9em; }
.controls { display: flex; flex-wrap: wrap; gap: 6px; margin: 8px 0 12px; }
.controls button, .controls input { font: inherit; font-size: 0.88rem; padding: 5px 12px; border: 1px solid var(--line); border-radius: 16px; background: var(--card); color: var(--ink); }
.controls button { cursor: pointer; }
.controls button.on { background: var(--accent); border-color: var(--accent); color: var(--ground); }
.controls button:focus-visible, .controls input:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.tasks td { overflow-wrap: anywhere; }
.tasks td:first-child { min-width: 96px; }
.tasks td:nth-child(2) { min-width: 220px; }
.tasks td:nth-child(n+4) { min-width: 140px; }
.mark { display: inline-block; min-width: 1.6em; text-align: center; border-radius: 6px; font-variant-numeric: tabular-nums; font-size: 0.85rem; padding: 0 4px; }
.mark.good { background: var(--good-ground); color: var(--good); }
.mark.bad { background: var(--bad-ground); color: var(--bad); }
.mark.part { background: var(--line); color: var(--part); }
.hidden { display: none; }
main { padding-bottom: 64px; }
@media (max-width: 640px) {
  .tasks thead { display: none; }
  .tasks tr { display: block; padding: 10px 0; border-bottom: 1px solid var(--line); }
  .tasks td { display: block; border: 0; padding: 2px 0; }
  .tasks td:nth-child(3)::before { content: "expected: "; color: var(--soft); }
  .tasks td:nth-child(4)::before { content: "seed: "; color: var(--soft); }
  .tasks td:nth-child(5)::before { content: "champion: "; color: var(--soft); }
  .tasks tr.hidden { display: none; }
  .bars thead { display: none; }
  .bars tr { display: block; padding: 10px 0; border-bottom: 1px solid var(--line); }
  .bars td, .bars td.number { display: block; border: 0; padding: 2px 0; text-align: left; }
  .bars td.none { display: none; }
  .bars td[data-label]::before { content: attr(data-label) " "; color: var(--soft); font-size: 0.85rem; }
  .bars .bar { margin-top: 2px; }
}
@media print { nav, .controls { display: none; } }
`;

export const SCRIPT = `
for (const controls of document.querySelectorAll('.controls')) {
  const entries = [...document.querySelectorAll('#' + controls.dataset.filter + '-list .entry')];
  const search = controls.querySelector('input');
  const nothing = controls.parentElement.querySelector('.nothing');
  let kind = 'all';
  const apply = () => {
    const words = (search?.value ?? '').toLowerCase();
    for (const entry of entries) entry.classList.toggle('hidden', (kind !== 'all' && entry.dataset.kind !== kind) || (words !== '' && !entry.textContent.toLowerCase().includes(words)));
    nothing?.classList.toggle('hidden', entries.some((entry) => !entry.classList.contains('hidden')));
  };
  for (const button of controls.querySelectorAll('button')) button.addEventListener('click', () => {
    kind = button.dataset.value;
    for (const other of controls.querySelectorAll('button')) other.classList.toggle('on', other === button);
    apply();
  });
  search?.addEventListener('input', apply);
}
`;
