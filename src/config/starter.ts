// What `watersmeet init` writes: a configuration that works as it is, without a key, and a small made-up benchmark.

import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { WatersmeetError } from '../core/failures.js';
import { CONFIG_FILES } from './load-config.js';

const CONFIG = 'watersmeet.config.ts';
const BENCHMARK = 'benchmark.jsonl';

export interface WrittenStarter {
  /** Absolute. */
  readonly folder: string;
  /** Absolute paths of what was written, the configuration first. */
  readonly files: readonly string[];
}

/**
 * Writes the starter into a folder, which it makes if need be. Never overwrites.
 *
 * @throws WatersmeetError 'input.invalid' naming the files that are in the way; nothing is written then.
 */
export async function writeStarter(folder: string): Promise<WrittenStarter> {
  const absolute = resolve(folder);
  const inTheWay = [...new Set([...CONFIG_FILES, BENCHMARK])].map((name) => join(absolute, name)).filter((path) => existsSync(path));
  if (inTheWay.length > 0) throw occupied(inTheWay);
  await mkdir(absolute, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw unwritable(absolute, error);
  });
  const contents = [
    [CONFIG, starterConfig(projectName(absolute))],
    [BENCHMARK, starterBenchmark()],
  ] as const;
  for (const [name, text] of contents) {
    const path = join(absolute, name);
    await writeFile(path, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? occupied([path]) : unwritable(path, error);
    });
  }
  return { folder: absolute, files: contents.map(([name]) => join(absolute, name)) };
}

function occupied(paths: readonly string[]): WatersmeetError {
  return new WatersmeetError(
    'input.invalid',
    `${paths.join(' and ')} ${paths.length === 1 ? 'is' : 'are'} already there. Nothing was written: move ${paths.length === 1 ? 'it' : 'them'} away, or name another folder.`,
  );
}

function unwritable(path: string, cause: NodeJS.ErrnoException): WatersmeetError {
  return new WatersmeetError('input.invalid', `${path} cannot be written (${cause.code ?? cause.message}). Name another folder, or check its permissions.`, {
    cause,
  });
}

/** The folder's name as a project may be called. */
function projectName(folder: string): string {
  const name = basename(folder)
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, 64)
    .replace(/^[^A-Za-z0-9]+|-+$/g, '');
  return name === '' ? 'headlines' : name;
}

function starterConfig(project: string): string {
  return `import { defineConfig } from 'watersmeet';

// Works as it is: \`watersmeet optimize\` runs it on a small local model, without a key.
export default defineConfig({
  project: '${project}',

  // One task a line: an input, the expected answer and, if there are any, a category and a split.
  // The headlines are made up.
  benchmark: { file: '${BENCHMARK}' },

  // One chat completion a task. {{...}} is the task's input, or a module.
  agent: { kind: 'chat', system: '{{instructions}}', user: '{{input}}', demos: 'examples' },

  // What is optimized, and what the run begins with.
  modules: {
    instructions: 'Name the topic of the headline: sports, food, weather or music.',
    examples: { kind: 'demos', maxTokens: 600 },
  },

  scorer: 'normalised',

  // With a key, try 'openai:gpt-4.1-mini' and budget: { money: 1 }; then leave out \`optimize\` and \`merge\`:
  // a model that can read and write finds better texts, while the local one only learns from examples.
  model: { model: 'local', maxTokens: 12 },
  optimize: { inner: 'bootstrap', demosFrom: 'answers', demosPerCategory: 1 },
  subset: { size: 8 },
  // Rollouts are few here: all examples are united, and the race on the validation tasks judges.
  merge: { combine: 'union', pool: 0 },
});
`;
}

/** Sixteen headlines a topic: six train, six validation, four test. */
const HEADLINES: Readonly<Record<string, readonly string[]>> = {
  sports: [
    'The striker scored twice in the final.',
    'The home team lost the match on penalties.',
    'She won the marathon in two hours and ten minutes.',
    'Three new players join the club before the season starts.',
    'The tennis champion retires after twenty years.',
    'A young swimmer broke the world record in the relay.',
    'The goalkeeper saved every shot in the second half.',
    'The coach praised his team after the cup game.',
    'Two runners share the gold medal in the sprint.',
    'The basketball league begins with a close game.',
    'The cyclists race over the mountain pass tomorrow.',
    'Fans celebrate the victory of the national team.',
    'The boxer won his fight in the fourth round.',
    'An injury keeps the captain out of the next match.',
    'The skier took first place in the downhill race.',
    'The referee stopped the game after a foul.',
  ],
  food: [
    'Bake the bread until the crust is brown.',
    'Fresh pasta with tomato sauce and basil.',
    'How to roast a chicken with lemon and garlic.',
    'This cake has three layers of chocolate.',
    'Fry the onions slowly in butter.',
    'A simple recipe for apple pie.',
    'The soup needs more salt and a little pepper.',
    'The best cheese comes from the small dairy.',
    'Ten quick dinners with rice and beans.',
    'Why old potatoes make the best mashed potatoes.',
    'A warm stew of beef, carrots and red wine.',
    'The baker sells four hundred rolls every morning.',
    'Grilled fish with herbs and olive oil.',
    'Add the eggs and stir the dough for five minutes.',
    'A salad of cucumbers, yoghurt and mint.',
    'Pancakes for breakfast, with honey or jam.',
  ],
  weather: [
    'Heavy rain is expected in the north tonight.',
    'Snow has closed the mountain road.',
    'It will be sunny and warm until Sunday.',
    'A storm with strong wind is coming from the sea.',
    'Fog made the morning drive difficult.',
    'Temperatures fall below zero again.',
    'The heat wave goes on for another week.',
    'Clouds in the morning, sunshine in the afternoon.',
    'Lightning and hail hit the coast last night.',
    'A cold front brings frost to the valleys.',
    'No rain for six weeks, and none in sight.',
    'The hurricane weakens as it reaches the land.',
    'Light wind and a clear sky for the weekend.',
    'Ice on the streets after a freezing night.',
    'Warm air from the south melts the snow.',
    'Thunder and showers are possible this evening.',
  ],
  music: [
    'The band plays its new songs in June.',
    'Her piano concert was sold out.',
    'An album with twelve songs for guitar and drums.',
    'The orchestra opens the season with a symphony.',
    'The singer forgot the second verse.',
    'He wrote the melody on an old violin.',
    'The choir sang without a microphone.',
    'The jazz trio recorded in a small church.',
    'A rapper and a string quartet share the stage.',
    'Her first song was a hit in nine countries.',
    'The opera begins with a duet of two sopranos.',
    'The drummer leaves the group after the tour.',
    'A flute and a harp play the slow movement.',
    'The festival ends with a night of folk songs.',
    'The composer finished his last string quartet.',
    'The DJ played old records until the morning.',
  ],
};

/** Of every eight headlines of a topic. */
const SPLITS = ['train', 'validation', 'train', 'validation', 'test', 'train', 'validation', 'test'] as const;

function starterBenchmark(): string {
  const categories = Object.entries(HEADLINES);
  const longest = Math.max(...categories.map(([, headlines]) => headlines.length));
  const tasks = Array.from({ length: longest }, (_, index) =>
    categories.flatMap(([category, headlines]) => {
      const input = headlines[index];
      return input === undefined ? [] : [{ input, expected: category, category, split: SPLITS[index % SPLITS.length] }];
    }),
  ).flat();
  return tasks.map((task, index) => `${JSON.stringify({ id: `h-${String(index + 1).padStart(2, '0')}`, ...task })}\n`).join('');
}
