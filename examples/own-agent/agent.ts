// An agent without a model: it sends a ticket to the team of the most similar worked example it was given.

import type { AgentContext } from 'watersmeet';

/** Below this similarity it asks a person instead of guessing. */
const SURE_ENOUGH = 0.15;

const FILLER = new Set(
  'a an and any are as at be but by can did do does for from how i in is it me my not of on please that the there this to was which with you your'.split(' '),
);

export async function routeTicket({ task, modules }: AgentContext) {
  const ticket = wordsOf(JSON.stringify(task.input));
  const examples = modules['examples']?.kind === 'demos' ? modules['examples'].items : [];
  let nearest = { team: 'person', similarity: SURE_ENOUGH, example: '' };
  for (const { text, answer = '' } of examples) {
    const similarity = cosine(ticket, wordsOf(text));
    if (similarity > nearest.similarity) nearest = { team: answer, similarity, example: text };
  }
  // The trajectory is what an optimizer, and you in the report, can read of the attempt.
  return { output: nearest.team, trajectory: nearest };
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set((text.toLowerCase().match(/[a-z]+/g) ?? []).filter((word) => !FILLER.has(word)));
}

function cosine(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  if (left.size === 0 || right.size === 0) return 0;
  const shared = [...left].filter((word) => right.has(word)).length;
  return shared / Math.sqrt(left.size * right.size);
}
