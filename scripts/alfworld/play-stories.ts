// Stories to worked examples: what the game tells is put between the lines.

import { AlfworldGame } from '../../src/benchmarks/alfworld/game.js';
import { asReactShows } from '../../src/benchmarks/alfworld/react-observations.js';
import { roomGame } from './rooms.js';
import { STORIES, type Story } from './stories.js';

/** As a demos module has them. */
export interface WorkedExample {
  /** What is told first. */
  readonly input: string;
  /** Lines `> action`, each with the line that it was answered with. */
  readonly output: string;
}

/** By type of task. @throws Error if a line of a story is not understood, or if it does not end with the win. */
export function playStories(): Readonly<Record<string, readonly WorkedExample[]>> {
  const examples: Record<string, WorkedExample[]> = {};
  for (const story of STORIES) (examples[story.type] ??= []).push(playStory(story));
  return examples;
}

function playStory({ type, room, told, goal, lines }: Story): WorkedExample {
  const game = new AlfworldGame(roomGame(room, { type, told, goal }), 'put');
  const input = asReactShows(game.reset().observation);
  let won = false;
  const output = lines.flatMap((line) => {
    if (line.startsWith('think:')) return [`> ${line}`, 'OK.'];
    const state = game.step(line);
    if (won || state.observation === 'Nothing happens.') throw new Error(`${told}: "${line}" comes after the end or is not understood.`);
    ({ won } = state);
    return [`> ${line}`, asReactShows(state.observation)];
  });
  if (!won) throw new Error(`${told}: the story ends without the win.`);
  return { input, output: output.join('\n') };
}
