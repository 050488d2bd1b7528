// Needs ALFWorld's games and a Temporal CLI (found in the cache, or fetched once).

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { open, type ProposeContext, type ProposedEdit, type RunEventBody } from 'watersmeet';
import example from '../../examples/alfworld-rules/watersmeet.config.js';
import { propose } from '../../examples/alfworld-rules/propose.js';
import { treatmentLine } from '../../examples/alfworld-rules/rules.js';
import { sharedData } from '../support/shared-data.js';

const HEAT = treatmentLine('put', 'heat', 'microwave');
const COOL = treatmentLine('put', 'cool', 'fridge');

/** Learns as the example does; but the subset of heated things says that all that is put is to be heated, that of cooled ones the opposite. */
async function overgeneral(context: ProposeContext): Promise<readonly ProposedEdit[]> {
  const edits = await propose(context);
  const wider = (text: string) => (/ AFTER TAKE heat AT /.test(text) ? HEAT : / AFTER TAKE cool AT /.test(text) ? COOL : text);
  if (context.subset === 'repair') return edits;
  const widened = edits.map((edit) => ('text' in edit ? { ...edit, text: wider(edit.text) } : edit));
  return widened.filter((edit, index) => !('text' in edit) || widened.findIndex((other) => 'text' in other && other.text === edit.text) === index);
}

describe("The example's rules for ALFWorld", function () {
  this.timeout(120_000);
  let folder: string;

  before(function () {
    if (!existsSync(sharedData('alfworld'))) this.skip();
    folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-alfworld-'));
    mkdirSync(path.join(folder, 'games'));
    // The evaluation games alone: reading the others takes seconds.
    symlinkSync(path.join(sharedData('alfworld'), 'games_eval.jsonl.gz'), path.join(folder, 'games', 'games_eval.jsonl.gz'));
  });
  after(() => rmSync(folder ?? path.join(tmpdir(), 'watersmeet-alfworld-none'), { recursive: true, force: true }));

  it('are learned from lost games in subsets; the merge settles what two subsets learned against each other, and loses nothing', async () => {
    const project = await open({
      config: {
        ...example,
        folder: path.join(folder, 'state'),
        benchmark: { name: 'alfworld', folder: path.join(folder, 'games'), take: { train: 30, validation: 30, test: 40 } },
        subset: { size: 12, divide: 'category' },
        optimize: { ...example.optimize!, propose: overgeneral, epochs: 2 },
      },
    });
    try {
      const run = await project.start();
      const { champion } = await run.result();
      const bodies = (await project.store.readEvents(run.id, 0)).map(({ body }) => body);
      const of = <Type extends RunEventBody['type']>(type: Type) =>
        bodies.filter((body): body is Extract<RunEventBody, { readonly type: Type }> => body.type === type);

      // Two subsets did learn the opposite.
      const learned = of('epoch-ended').flatMap(({ verdict, edits }) => (verdict === 'accepted' ? edits.map((edit) => ('text' in edit ? edit.text : '')) : []));
      assert.ok(learned.includes(HEAT) && learned.includes(COOL), learned.join('\n'));

      const [merge] = of('merge-ended');
      const best = Math.max(...merge!.parents.map(({ score }) => score!.mean));
      assert.ok(merge!.combinedScore!.mean >= best, `${merge!.combinedScore!.mean} after the merge, ${best} before`);

      assert.equal(merge!.verdict, 'accepted');
      const [proof] = of('prove-ended');
      assert.ok(proof!.before.mean < 0.2, `${proof!.before.mean} without rules`);
      assert.ok(proof!.after.mean >= 0.6, `${proof!.after.mean} with the champion's rules`);
      // Neither of the two rules cost the games of the other's kind.
      for (const kind of ['pick_heat', 'pick_cool']) {
        const rows = (await project.store.evaluationRows(run.id, { pathPrefix: 'prove', candidate: champion.hash })).filter(({ taskId }) =>
          taskId.startsWith(kind),
        );
        const won = rows.filter(({ score }) => score === 1).length;
        assert.ok(rows.length >= 4 && won >= 0.6 * rows.length, `${won} of ${rows.length} games of ${kind} are won`);
      }
    } finally {
      await project.close();
    }
  });
});
