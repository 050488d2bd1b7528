// Needs a temporary folder.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAlfworldEnvironment } from '../../../src/benchmarks/alfworld/environment.js';
import { readAlfworldTasks } from '../../../src/benchmarks/alfworld/tasks.js';
import type { Task } from '../../../src/core/task.js';
import { environmentContract } from '../../agents/environment-contract.js';
import { smallGame } from './small-game.js';

const PLAN = [
  'go to countertop 1',
  'take apple 1 from countertop 1',
  'go to microwave 1',
  'heat apple 1 with microwave 1',
  'go to shelf 1',
  'put apple 1 in/on shelf 1',
];

describe('ALFWorld', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'watersmeet-alfworld-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const create = async () => {
    const games = [smallGame(), smallGame({ id: 'second/1', human: ['Heat it.'] })];
    writeFileSync(path.join(folder, 'games_train.jsonl'), games.map((game) => `${JSON.stringify(game)}\n`).join(''));
    const tasks: Task[] = [];
    for await (const task of readAlfworldTasks(folder)) tasks.push(task);
    return { factory: createAlfworldEnvironment({}, folder), solved: tasks.map((task) => ({ task, actions: PLAN })), unknownAction: 'dance' };
  };
  environmentContract('ALFWorld', create, true);
});
