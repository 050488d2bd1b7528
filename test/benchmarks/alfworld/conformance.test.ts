// Needs the ALFWorld games and recorded episodes beside the project; skipped where they are absent.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AlfworldGame } from '../../../src/benchmarks/alfworld/game.js';
import type { AlfworldGameRecord } from '../../../src/benchmarks/alfworld/game-record.js';
import { randomStream } from '../../../src/core/random.js';
import { ALFWORLD_DATA, hasAlfworldData, readEpisodes, readGames } from './recordings.js';

describe('ALFWorld games', () => {
  let games: ReadonlyMap<string, AlfworldGameRecord>;
  before(function () {
    if (!hasAlfworldData()) this.skip();
    games = readGames('games_eval.jsonl.gz');
  });

  it('go as recorded from the official engine, byte for byte', () => {
    const episodes = readEpisodes();
    for (const { id, split, wording, steps } of episodes) {
      const game = new AlfworldGame(games.get(`${split}/${id}`)!, wording);
      for (const [number, { command, observation, admissible, won }] of steps.entries()) {
        const seen = command === undefined ? game.reset() : game.step(command);
        assert.deepEqual(seen, { observation, admissible, won }, `${split}/${id}, wording "${wording}", step ${number}: ${command ?? 'reset'}`);
      }
    }
    assert.ok(episodes.length >= 119 && episodes.every(({ steps }) => steps.length > 1));
  });

  it('are won by a plan that knows everything, all 474 of the evaluation', () => {
    const plans = JSON.parse(readFileSync(path.join(ALFWORLD_DATA, 'oracle_plans_eval.json'), 'utf8')) as Readonly<Record<string, readonly string[]>>;
    const byId = new Map([...games.values()].map((game) => [game.id, game]));
    assert.equal(Object.keys(plans).length, 474);
    for (const [id, plan] of Object.entries(plans)) {
      const game = new AlfworldGame(byId.get(id)!, 'move');
      let state = game.reset();
      assert.equal(state.won, false, `${id} is won before it begins`);
      for (const command of plan) {
        assert.ok(state.admissible.includes(command), `${id}: ${command}`);
        state = game.step(command);
      }
      assert.equal(state.won, true, id);
    }
  });

  it('never throw on random walks, and understand whatever they say is admissible', () => {
    const random = randomStream(1, 'alfworld', 'walks');
    for (const [number, record] of [...games.values()].entries()) {
      if (number % 6 !== 0) continue;
      const game = new AlfworldGame(record, number % 12 === 0 ? 'put' : 'move');
      let { admissible } = game.reset();
      for (let step = 0; step < 60; step++) {
        // Mostly what changes something: going about is most of what is admissible.
        const doing = admissible.filter((command) => !/^(?:go|look|inventory|help|examine)\b/.test(command));
        const choices = doing.length > 0 && random.next() < 0.6 ? doing : admissible;
        const command = choices[Math.floor(random.next() * choices.length)]!;
        const state = game.step(command);
        assert.notEqual(state.observation, 'Nothing happens.', `${record.id}: ${command}`);
        assert.deepEqual(state.admissible, [...new Set(state.admissible)].sort());
        ({ admissible } = state);
      }
    }
  });
});
