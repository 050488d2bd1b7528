// What an answer is worth to the desk: asking a person costs time, the wrong team costs more.

import type { ScoreInput } from 'watersmeet';

export function worthOf({ task, output }: ScoreInput) {
  if (output === task.expected) return { score: 1 };
  if (output === 'person') return { score: 0.25, feedback: `A person had to read it: it belongs to ${JSON.stringify(task.expected)}.` };
  return { score: 0, feedback: `Sent to ${JSON.stringify(output)}, but it belongs to ${JSON.stringify(task.expected)}.` };
}
