// Needs nothing.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AlfworldGame } from '../../../src/benchmarks/alfworld/game.js';
import { smallGame } from './small-game.js';

/** The game after some commands, and what each of them told. */
function play(commands: readonly string[], options: { readonly wording?: 'put' | 'move'; readonly goal?: string } = {}) {
  const game = new AlfworldGame(smallGame(options.goal === undefined ? {} : { goal: options.goal }), options.wording ?? 'put');
  const states = [game.reset(), ...commands.map((command) => game.step(command))];
  return { told: states.slice(1).map(({ observation }) => observation), state: states.at(-1)!, first: states[0]! };
}

function tells(commands: readonly (readonly [command: string, observation: string])[], wording: 'put' | 'move' = 'put'): void {
  assert.deepEqual(
    play(
      commands.map(([command]) => command),
      { wording },
    ).told,
    commands.map(([, observation]) => observation),
  );
}

describe('an ALFWorld game', () => {
  it('begins in the middle of the room, with everything that is there and the task', () => {
    const { first } = play([]);
    assert.equal(
      first.observation,
      '-= Welcome to TextWorld, ALFRED! =-\n\nYou are in the middle of a room. Looking quickly around you, you see a cabinet 1, a countertop 1, a desk 1, a fridge 1, a microwave 1, a shelf 1, and a sinkbasin 1.\n\nYour task is to: put a hot apple in shelf.',
    );
    assert.deepEqual(first.admissible, [
      ...['cabinet', 'countertop', 'desk', 'fridge', 'microwave', 'shelf', 'sinkbasin'].map((name) => `go to ${name} 1`),
      'inventory',
      'look',
    ]);
  });

  it('shows nothing to who looks before going anywhere', () => {
    tells([['look', 'You are in the middle of a room. Looking quickly around you, you see nothing.']]);
  });

  it("passes over the blanks around a command that Python's strip does", () => {
    const looks = (command: string) => play([command]).told[0] !== 'Nothing happens.';
    assert.deepEqual(['  look\n', '\u001flook', 'look\u0085', '\u00a0look', '\ufefflook', 'lo ok'].map(looks), [true, true, true, true, false, false]);
  });

  it('shows what stands at the same place, which is all within reach', () => {
    const { told, state } = play(['go to shelf 1', 'look']);
    assert.deepEqual(told, [
      'You arrive at loc 2. On the shelf 1, you see a spoon 1.',
      'You are facing the cabinet 1, and shelf 1. Next to it, you see nothing.',
    ]);
    const here = state.admissible.filter((command) => !command.startsWith('go to'));
    assert.deepEqual(here, ['examine cabinet 1', 'examine shelf 1', 'inventory', 'look', 'open cabinet 1', 'take spoon 1 from shelf 1']);
    assert.ok(!state.admissible.includes('go to cabinet 1'));
  });

  it('keeps closed what is closed, until it is opened', () => {
    tells([
      ['go to cabinet 1', 'You arrive at loc 2. The cabinet 1 is closed.'],
      ['take apple 2 from cabinet 1', 'Nothing happens.'],
      ['open cabinet 1', 'You open the cabinet 1. The cabinet 1 is open. In it, you see a apple 2.'],
      ['open cabinet 1', 'Nothing happens.'],
      ['take apple 2 from cabinet 1', 'You pick up the apple 2 from the cabinet 1.'],
      ['close cabinet 1', 'You close the cabinet 1.'],
      ['put apple 2 in/on cabinet 1', 'Nothing happens.'],
      ['examine cabinet 1', 'The cabinet 1 is closed.'],
      ['close cabinet 1', 'Nothing happens.'],
    ]);
  });

  it('carries one thing, and puts it only where its type belongs', () => {
    tells([
      ['inventory', 'You are not carrying anything.'],
      ['go to countertop 1', 'You arrive at loc 3. On the countertop 1, you see a apple 1, a bowl 1, a knife 1, and a spoon 1.'],
      ['take knife 1 from countertop 1', 'You pick up the knife 1 from the countertop 1.'],
      ['inventory', 'You are carrying: a knife 1.'],
      ['take apple 1 from countertop 1', 'Nothing happens.'],
      ['put knife 1 in/on sinkbasin 1', 'Nothing happens.'],
      ['put knife 1 in/on countertop 1', 'You put the knife 1 in/on the countertop 1.'],
      ['inventory', 'You are not carrying anything.'],
    ]);
  });

  it('examines what is held, and nothing that lies about', () => {
    tells([
      ['go to countertop 1', 'You arrive at loc 3. On the countertop 1, you see a apple 1, a bowl 1, a knife 1, and a spoon 1.'],
      ['examine bowl 1', 'Nothing happens.'],
      ['take bowl 1 from countertop 1', 'You pick up the bowl 1 from the countertop 1.'],
      ['examine bowl 1', 'This is a normal bowl 1. In it, you see a spoon 1.'],
    ]);
  });

  it('heats, cools and cleans, through closed doors, and tells it', () => {
    tells([
      ['go to countertop 1', 'You arrive at loc 3. On the countertop 1, you see a apple 1, a bowl 1, a knife 1, and a spoon 1.'],
      ['take apple 1 from countertop 1', 'You pick up the apple 1 from the countertop 1.'],
      ['examine apple 1', "There's nothing special about apple 1."],
      ['clean apple 1 with sinkbasin 1', 'You clean the apple 1 using the sinkbasin 1.'],
      ['examine apple 1', 'This is a clean apple 1.'],
      ['heat apple 1 with microwave 1', 'Nothing happens.'],
      ['go to microwave 1', 'You arrive at loc 5. The microwave 1 is closed.'],
      ['heat apple 1 with microwave 1', 'You heat the apple 1 using the microwave 1.'],
      ['examine apple 1', 'This is a hot and clean apple 1.'],
      ['go to fridge 1', 'You arrive at loc 4. The fridge 1 is closed.'],
      ['cool apple 1 with fridge 1', 'You cool the apple 1 using the fridge 1.'],
      ['examine apple 1', 'This is a cool and clean apple 1.'],
    ]);
    tells([
      ['go to fridge 1', 'You arrive at loc 4. The fridge 1 is closed.'],
      ['open fridge 1', 'You open the fridge 1. The fridge 1 is open. In it, you see a egg 1.'],
      ['take egg 1 from fridge 1', 'You pick up the egg 1 from the fridge 1.'],
      ['examine egg 1', 'This is a normal egg 1. In it, you see nothing.'],
    ]);
  });

  it('tells of warmth alone: hot, and cold', () => {
    const { told } = play([
      'go to countertop 1',
      'take apple 1 from countertop 1',
      'go to microwave 1',
      'heat apple 1 with microwave 1',
      'examine apple 1',
      'go to fridge 1',
      'cool apple 1 with fridge 1',
      'examine apple 1',
    ]);
    assert.equal(told[4], 'This is a hot apple 1.');
    assert.equal(told[7], 'This is a cold apple 1.');
  });

  it('slices what lies at the place with a knife that is held, again and again', () => {
    const { told, state } = play([
      'go to countertop 1',
      'take knife 1 from countertop 1',
      'slice apple 1 with knife 1',
      'slice apple 1 with knife 1',
      'put knife 1 in/on countertop 1',
      'take apple 1 from countertop 1',
      'examine apple 1',
      'clean apple 1 with sinkbasin 1',
      'examine apple 1',
      'go to microwave 1',
      'heat apple 1 with microwave 1',
      'examine apple 1',
      'go to fridge 1',
      'cool apple 1 with fridge 1',
      'examine apple 1',
    ]);
    assert.deepEqual(told.slice(2, 4), ['You sliced the apple 1 with the knife 1.', 'You sliced the apple 1 with the knife 1.']);
    assert.equal(told[6], 'This is a sliced apple 1.');
    assert.equal(told[8], 'This is a clean sliced apple 1.');
    assert.equal(told[11], 'This is a hot and clean sliced apple 1.');
    assert.equal(told[14], 'This is a cool and clean sliced apple 1.');
    assert.ok(!state.admissible.some((command) => command.startsWith('slice')));
    // A closed door does not hide from the knife.
    assert.ok(play(['go to countertop 1', 'take knife 1 from countertop 1', 'go to cabinet 1']).state.admissible.includes('slice apple 2 with knife 1'));
  });

  it('turns lamps on and never off', () => {
    tells([
      ['go to desk 1', 'You arrive at loc 6. On the desk 1, you see a desklamp 1.'],
      ['use desklamp 1', 'You turn on the desklamp 1.'],
      ['use desklamp 1', 'You turn on the desklamp 1.'],
      ['take desklamp 1 from desk 1', 'Nothing happens.'],
    ]);
    // Also through a closed door.
    const { obj } = smallGame();
    const hidden = smallGame({ obj: obj.map((thing) => (thing[1] === 'desklamp' ? [thing[0], thing[1], thing[2], thing[3], ['cabinet_bar_1']] : thing)) });
    const game = new AlfworldGame(hidden, 'put');
    game.reset();
    assert.ok(game.step('go to cabinet 1').admissible.includes('use desklamp 1'));
  });

  it('sees beside a receptacle what was taken out of it and put elsewhere at the same place', () => {
    const { told } = play(['go to sinkbasin 1', 'take apple 1 from countertop 1', 'put apple 1 in/on sinkbasin 1', 'look']);
    assert.equal(told[3], 'You are facing the countertop 1, and sinkbasin 1. Next to it, you see a apple 1.');
    const back = play(['go to sinkbasin 1', 'take apple 1 from countertop 1', 'put apple 1 in/on countertop 1', 'look']);
    assert.equal(back.told[3], 'You are facing the countertop 1, and sinkbasin 1. Next to it, you see nothing.');
  });

  it('leaves a thing that is in two places in the other one', () => {
    tells([
      ['go to shelf 1', 'You arrive at loc 2. On the shelf 1, you see a spoon 1.'],
      ['take spoon 1 from shelf 1', 'You pick up the spoon 1 from the shelf 1.'],
      ['go to countertop 1', 'You arrive at loc 3. On the countertop 1, you see a apple 1, a bowl 1, a knife 1, and a spoon 1.'],
      ['put spoon 1 in/on countertop 1', 'You put the spoon 1 in/on the countertop 1.'],
      ['examine countertop 1', 'On the countertop 1, you see a apple 1, a bowl 1, a knife 1, and a spoon 1.'],
    ]);
  });

  it('says that nothing happens for what is not understood, and trims what is', () => {
    tells([
      ['', 'Nothing happens.'],
      ['Look', 'Nothing happens.'],
      ['go to cabinet', 'Nothing happens.'],
      ['help', 'Nothing happens.'],
      ['move knife 1 to desk 1', 'Nothing happens.'],
      ['  inventory\n', 'You are not carrying anything.'],
    ]);
  });

  it('speaks the wording of 0.4.2 when asked to', () => {
    const { told, state, first } = play(
      ['help', 'go to countertop 1', 'take apple 1 from countertop 1', 'move apple 1 to sinkbasin 1', 'put apple 1 in/on sinkbasin 1'],
      { wording: 'move' },
    );
    assert.ok(first.admissible.includes('help'));
    assert.match(told[0]!, /^Available commands:\n {2}look: {29}look around your current location\n/);
    assert.match(told[0]!, /\n {2}move \(object\) to \(receptacle\): {2}place an object in or on a receptacle\n/);
    assert.equal(told[1], 'You arrive at countertop 1. On the countertop 1, you see a apple 1, a bowl 1, a knife 1, and a spoon 1.');
    assert.equal(told[3], 'You move the apple 1 to the sinkbasin 1.');
    assert.equal(told[4], 'Nothing happens.');
    assert.equal(state.won, false);
  });

  it('is won when its goal holds, and begins again', () => {
    const commands = [
      'go to countertop 1',
      'take apple 1 from countertop 1',
      'go to microwave 1',
      'heat apple 1 with microwave 1',
      'go to shelf 1',
      'put apple 1 in/on shelf 1',
    ];
    const game = new AlfworldGame(smallGame(), 'put');
    const first = game.reset();
    assert.deepEqual(
      commands.map((command) => game.step(command).won),
      [false, false, false, false, false, true],
    );
    // Cooled on the way, it is not.
    assert.deepEqual(game.reset(), first);
    for (const command of [...commands.slice(0, 4), 'go to fridge 1', 'cool apple 1 with fridge 1', ...commands.slice(4)])
      assert.equal(game.step(command).won, false, command);
  });

  it('never throws, and understands whatever it says is admissible', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 60 }), fc.constantFrom('put' as const, 'move' as const), (choices, wording) => {
        const game = new AlfworldGame(smallGame(), wording);
        let { admissible } = game.reset();
        for (const choice of choices) {
          assert.deepEqual(admissible, [...new Set(admissible)].sort());
          const state = game.step(admissible[choice % admissible.length]!);
          assert.notEqual(state.observation, 'Nothing happens.');
          ({ admissible } = state);
        }
      }),
      { numRuns: 100 },
    );
  });
});
