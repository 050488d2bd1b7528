// Needs nothing.

import assert from 'node:assert/strict';
import { compileGoal } from '../../../src/benchmarks/alfworld/goal.js';
import { canReachGoal } from '../../../src/benchmarks/alfworld/possible-facts.js';
import { GameState } from '../../../src/benchmarks/alfworld/state.js';
import { createWorld } from '../../../src/benchmarks/alfworld/world.js';
import { smallGame } from './small-game.js';

const world = createWorld(smallGame());
const holds = (goal: string) => compileGoal(goal, world)(new GameState(world));

describe('a goal of ALFWorld', () => {
  const cases: readonly (readonly [goal: string, holds: boolean])[] = [
    ['(and)', true],
    ['(or)', false],
    ['(exists (?o - object) (objectType ?o EggType))', true],
    ['(exists (?o - object) (objectType ?o PotatoType))', false],
    ['(exists (?o - object) (and (objectType ?o EggType) (isCool ?o)))', true],
    ['(exists (?o - object) (and (objectType ?o AppleType) (isCool ?o)))', false],
    ['(exists (?o - object) (and (objectType ?o AppleType) (not (isCool ?o))))', true],
    ['(exists (?o - object ?r - receptacle) (and (objectType ?o AppleType) (receptacleType ?r CabinetType) (inReceptacle ?o ?r)))', true],
    ['(exists (?r - receptacle) (and (openable ?r) (opened ?r)))', false],
    // Two different ones; nested, with a condition between.
    ['(exists (?a - object) (and (objectType ?a AppleType) (exists (?b - object) (and (not (= ?a ?b)) (objectType ?b AppleType)))))', true],
    ['(exists (?a - object) (and (objectType ?a EggType) (exists (?b - object) (and (not (= ?a ?b)) (objectType ?b EggType)))))', false],
    ['(exists (?a ?b - object) (and (not (= ?a ?b)) (objectType ?a AppleType) (objectType ?b AppleType)))', true],
    // All of a kind.
    ['(forall (?o - object) (or (not (objectType ?o AppleType)) (pickupable ?o)))', true],
    ['(forall (?o - object) (imply (objectType ?o AppleType) (exists (?r - receptacle) (inReceptacle ?o ?r))))', true],
    ['(forall (?o - object) (exists (?r - receptacle) (inReceptacle ?o ?r)))', false],
    // A variable of the same name inside hides the one outside.
    ['(exists (?o - object) (and (objectType ?o EggType) (exists (?o - object) (objectType ?o AppleType))))', true],
    ['(exists (?a - agent) (or (holdsAny ?a) (exists (?l - location) (atLocation ?a ?l))))', true],
    ['(exists (?a - agent) (holdsAny ?a))', false],
    // More closing brackets than needed, as the official games have them; a comment.
    ['(and (exists (?o - object) ; anything\n (toggleable ?o))) ) ) )', true],
  ];
  for (const [goal, expected] of cases) it(`${expected ? 'holds' : 'does not hold'}: ${goal.replaceAll('\n', ' ')}`, () => assert.equal(holds(goal), expected));

  const broken: readonly (readonly [goal: string, message: RegExp])[] = [
    ['isHot', /does not begin with a bracket/],
    ['(and (isHot ?o)', /a bracket is not closed/],
    ['(and) (or)', /"\(" stands after its end/],
    ['(exists (?o - object) (isBlue ?o))', /the fact "isblue" is unknown/],
    ['(exists (?o - object) (isHot ?p))', /the variable \?p is not declared/],
    ['(exists (?o) (isHot ?o))', /\?o is declared without a type/],
    ['(exists (?r - receptacle) (isHot ?r))', /\?r is of the type receptacle, where object is needed/],
    ['(exists (?o - thing) (isHot ?o))', /the type "thing" is unknown/],
    ['(exists (?o - object) (inReceptacle ?o))', /"inreceptacle" is about 2, not about 1/],
    ['(not (and) (or))', /"not" needs one condition/],
    ['(imply (and))', /"imply" needs two conditions/],
    ['(exists (?o - object))', /"exists" and "forall" need variables and one condition/],
    ['(exists (?o - object) isHot)', /"ishot" stands where a condition has to/],
    ['(exists (?o ?p - object) (= ?o apple))', /"=" compares two variables/],
    ['(exists (?o - object ?t - otype) (objectType apple ?t))', /"apple" stands where a variable has to/],
  ];
  for (const [goal, message] of broken) it(`is refused: ${goal}`, () => assert.throws(() => compileGoal(goal, world), { message }));

  it('is known to be out of reach without a search', () => {
    const reachable = (goal: string) => canReachGoal(goal, world);
    assert.ok(reachable(smallGame().goal));
    const hotIn = (thing: string, receptacle: string) =>
      `(exists (?o - object ?r - receptacle) (and (objectType ?o ${thing}Type) (isHot ?o) (receptacleType ?r ${receptacle}Type) (inReceptacle ?o ?r)))`;
    assert.ok(reachable(hotIn('Egg', 'Fridge')));
    assert.ok(!reachable(hotIn('Egg', 'Shelf')), 'eggs do not go on shelves');
    assert.ok(!reachable(hotIn('Knife', 'Cabinet')), 'knives cannot be heated');
    assert.ok(!reachable(hotIn('Potato', 'Fridge')), 'there is no potato');
    assert.ok(!reachable('(exists (?o - object ?a - agent) (and (objectType ?o DeskLampType) (holds ?a ?o)))'), 'lamps stay');
    // What may become false is not held against a goal.
    assert.ok(reachable('(exists (?o - object) (and (objectType ?o EggType) (not (isCool ?o))))'));
    assert.ok(!reachable('(exists (?o - object) (and (objectType ?o EggType) (not (heatable ?o))))'));
    const cold = createWorld(smallGame({ rec: smallGame().rec.filter(([, type]) => type !== 'microwave') }));
    assert.ok(!canReachGoal(smallGame().goal, cold), 'no microwave');
  });
});
