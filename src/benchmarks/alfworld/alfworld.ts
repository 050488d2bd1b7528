// ALFWorld: household tasks in text games, 3,553 / 140 / 134 (Shridhar et al., ICLR 2021, arXiv 2010.03768; built on ALFRED, CVPR 2020).

import type { KnownBenchmark } from '../known-benchmark.js';
import { createAlfworldEnvironment } from './environment.js';
import { fetchAlfworld } from './fetch.js';
import { ALFWORLD_FILES } from './game-files.js';
import { readAlfworldTasks } from './tasks.js';

export const ALFWORLD: KnownBenchmark = {
  name: 'alfworld',
  title: 'ALFWorld: household tasks in text games',
  licence: 'MIT (ALFWorld and ALFRED)',
  files: ALFWORLD_FILES,
  scorer: { kind: 'environment' },
  createEnvironment: createAlfworldEnvironment,
  fetch: fetchAlfworld,
  options: {
    train:
      'which games are the training split: "train", "valid_train" (200 more, in the rooms of train), or "both"; by default train, or valid_train where there is no train',
  },
  tasks: readAlfworldTasks,
};
