// The goal of a game: a PDDL condition (and, or, not, imply, exists, forall, =) over the facts of a state.

import { parseExpression, type Expression } from './expression.js';
import type { Facts } from './state.js';
import type { Condition as ThingCondition, World } from './world.js';

/** Whether the goal is reached. */
export type Goal = (facts: Facts) => boolean;

type Kind = 'agent' | 'location' | 'receptacle' | 'object' | 'rtype' | 'otype';

/** Entities are numbers: the index of a location, receptacle or thing, the place in the list of types, 0 for the agent; -1 is in no game. */
interface Predicate {
  readonly kinds: readonly [Kind] | readonly [Kind, Kind];
  /** Whether it is about the state and not about the world. */
  readonly changes: boolean;
  holds(facts: Facts, one: number, other: number): boolean;
}

/** A condition with the slots of the variables it depends on. */
interface Condition {
  readonly needs: ReadonlySet<number>;
  /** Whether an action can change it. */
  readonly changes: boolean;
  holds(facts: Facts, values: number[]): boolean;
}

interface Variable {
  readonly slot: number;
  readonly kind: Kind;
}

type Scope = ReadonlyMap<string, Variable>;

const TRUE: Condition = { needs: new Set(), changes: false, holds: () => true };

/**
 * @param text as in `(and (exists (?o - object) (isHot ?o)))`; closing brackets that are too many are ignored, as some games have them.
 * @throws Error for what is no condition, or one over facts that the games do not have.
 */
export function compileGoal(text: string, world: World): Goal {
  const compiler = new GoalCompiler(world);
  const condition = compiler.condition(parseExpression(text), new Map());
  const values: number[] = Array.from({ length: compiler.slots }, () => -1);
  return (facts) => condition.holds(facts, values);
}

class GoalCompiler {
  slots = 0;
  readonly #world: World;
  readonly #types: Readonly<Record<'rtype' | 'otype', readonly string[]>>;
  readonly #predicates: Readonly<Record<string, Predicate>>;

  constructor(world: World) {
    this.#world = world;
    this.#types = { rtype: typesOf(world.receptacles), otype: typesOf(world.things) };
    this.#predicates = predicatesOf(world, this.#types);
  }

  condition(expression: Expression, scope: Scope): Condition {
    if (typeof expression === 'string') throw new Error(`"${expression}" stands where a condition has to`);
    const [operator, ...parts] = expression;
    if (operator === undefined) return TRUE;
    if (typeof operator !== 'string') throw new Error('a condition begins with a bracket instead of a word');
    switch (operator) {
      case 'and':
        return every(parts.map((part) => this.condition(part, scope)));
      case 'or':
        return some(parts.map((part) => this.condition(part, scope)));
      case 'not':
        return not(this.condition(only(parts, operator), scope));
      case 'imply': {
        const [premise, conclusion, ...rest] = parts;
        if (premise === undefined || conclusion === undefined || rest.length > 0) throw new Error('"imply" needs two conditions');
        return some([not(this.condition(premise, scope)), this.condition(conclusion, scope)]);
      }
      case 'exists':
        return this.#exists(parts, scope);
      case 'forall':
        return not(this.#exists([parts[0] ?? [], ['not', only(parts.slice(1), operator)]], scope));
      case '=':
        return this.#equal(parts, scope);
      default:
        return this.#fact(operator, parts, scope);
    }
  }

  /** An "exists" directly inside, or inside of an "and", is joined: its variables are bound after these. */
  #exists(parts: readonly Expression[], scope: Scope): Condition {
    const variables: Variable[] = [];
    const conditions: Condition[] = [];
    const declare = ([declared, body, ...rest]: readonly Expression[], outer: Scope) => {
      if (body === undefined || rest.length > 0) throw new Error('"exists" and "forall" need variables and one condition');
      const inner = new Map(outer);
      for (const [name, kind] of typedNames(declared)) {
        const variable = { slot: this.slots++, kind };
        variables.push(variable);
        inner.set(name, variable);
      }
      gather(body, inner);
    };
    const gather = (expression: Expression, within: Scope) => {
      if (typeof expression === 'string') conditions.push(this.condition(expression, within));
      else if (expression[0] === 'and') for (const part of expression.slice(1)) gather(part, within);
      else if (expression[0] === 'exists') declare(expression.slice(1), within);
      else conditions.push(this.condition(expression, within));
    };
    declare(parts, scope);
    return this.#join(variables, conditions);
  }

  /** Binds one variable after the other and tests each condition as soon as all it needs is bound: few bindings are ever looked at. */
  #join(variables: readonly Variable[], conditions: readonly Condition[]): Condition {
    const own = new Set(variables.map(({ slot }) => slot));
    const bound = new Set<number>();
    const levels = variables.map(({ slot, kind }) => {
      bound.add(slot);
      const tests = conditions.filter(({ needs }) => needs.has(slot) && [...needs].every((other) => !own.has(other) || bound.has(other)));
      return { slot, size: this.#size(kind), tests };
    });
    const free = conditions.filter(({ needs }) => ![...needs].some((slot) => own.has(slot)));
    const search = (depth: number, facts: Facts, values: number[]): boolean => {
      if (depth === levels.length) return true;
      const { slot, size, tests } = levels[depth]!;
      for (let value = 0; value < size; value++) {
        values[slot] = value;
        if (tests.every((test) => test.holds(facts, values)) && search(depth + 1, facts, values)) return true;
      }
      return false;
    };
    return {
      needs: new Set([...union(conditions)].filter((slot) => !own.has(slot))),
      changes: conditions.some(({ changes }) => changes),
      holds: (facts, values) => free.every((test) => test.holds(facts, values)) && search(0, facts, values),
    };
  }

  #equal(parts: readonly Expression[], scope: Scope): Condition {
    const [one, other] = parts.map((part) => (typeof part === 'string' ? scope.get(part) : undefined));
    if (parts.length !== 2 || one === undefined || other === undefined) throw new Error('"=" compares two variables');
    const same = one.kind === other.kind;
    return { needs: new Set([one.slot, other.slot]), changes: false, holds: (_, values) => same && values[one.slot] === values[other.slot] };
  }

  #fact(name: string, parts: readonly Expression[], scope: Scope): Condition {
    const predicate = this.#predicates[name];
    if (predicate === undefined) throw new Error(`the fact "${name}" is unknown`);
    if (parts.length !== predicate.kinds.length) throw new Error(`"${name}" is about ${predicate.kinds.length}, not about ${parts.length}`);
    const [one, other] = parts.map((part, index) => this.#term(part, predicate.kinds[index]!, scope));
    const needs = new Set([one, other].flatMap((term) => (term?.slot === undefined ? [] : [term.slot])));
    const valueOf = (term: Term | undefined, values: number[]) => (term?.slot === undefined ? (term?.value ?? -1) : values[term.slot]!);
    return { needs, changes: predicate.changes, holds: (facts, values) => predicate.holds(facts, valueOf(one, values), valueOf(other, values)) };
  }

  #term(part: Expression, kind: Kind, scope: Scope): Term {
    if (typeof part !== 'string') throw new Error('a fact is about names, not about conditions');
    if (!part.startsWith('?')) {
      if (kind !== 'rtype' && kind !== 'otype') throw new Error(`"${part}" stands where a variable has to`);
      return { value: this.#types[kind].indexOf(part.replace(/type$/, '')) };
    }
    const variable = scope.get(part);
    if (variable === undefined) throw new Error(`the variable ${part} is not declared`);
    if (variable.kind !== kind) throw new Error(`${part} is of the type ${variable.kind}, where ${kind} is needed`);
    return { slot: variable.slot };
  }

  #size(kind: Kind): number {
    switch (kind) {
      case 'agent':
        return 1;
      case 'location':
        return this.#world.locations.length;
      case 'receptacle':
        return this.#world.receptacles.length;
      case 'object':
        return this.#world.things.length;
      case 'rtype':
      case 'otype':
        return this.#types[kind].length;
    }
  }
}

interface Term {
  readonly slot?: number;
  readonly value?: number;
}

/** The facts of ALFRED's domain that goals are about: those of the state, and those of the world. */
function predicatesOf({ locations, receptacles, things }: World, types: Readonly<Record<'rtype' | 'otype', readonly string[]>>): Record<string, Predicate> {
  const state = (kinds: Predicate['kinds'], holds: Predicate['holds']): Predicate => ({ kinds, changes: true, holds });
  const world = (kinds: Predicate['kinds'], holds: (one: number, other: number) => boolean): Predicate => ({
    kinds,
    changes: false,
    holds: (_, one, other) => holds(one, other),
  });
  const condition = (name: ThingCondition) => state(['object'], (facts, thing) => facts.is(things[thing]!, name));
  return {
    atlocation: state(['agent', 'location'], (facts, _, location) => facts.agentIsAt(locations[location]!)),
    objectatlocation: state(['object', 'location'], (facts, thing, location) => facts.isAt(things[thing]!, locations[location]!)),
    inreceptacle: state(['object', 'receptacle'], (facts, thing, receptacle) => facts.isIn(things[thing]!, receptacles[receptacle]!)),
    opened: state(['receptacle'], (facts, receptacle) => facts.isOpen(receptacles[receptacle]!)),
    holds: state(['agent', 'object'], (facts, _, thing) => facts.isHeld(things[thing]!)),
    holdsany: state(['agent'], (facts) => things.some((thing) => facts.isHeld(thing))),
    ishot: condition('hot'),
    iscool: condition('cool'),
    isclean: condition('clean'),
    issliced: condition('sliced'),
    istoggled: condition('toggled'),
    receptacleatlocation: world(['receptacle', 'location'], (receptacle, location) => receptacles[receptacle]!.location.index === location),
    receptacletype: world(['receptacle', 'rtype'], (receptacle, type) => receptacles[receptacle]!.type === types.rtype[type]),
    objecttype: world(['object', 'otype'], (thing, type) => things[thing]!.type === types.otype[type]),
    openable: world(['receptacle'], (receptacle) => receptacles[receptacle]!.openable),
    cleanable: world(['object'], (thing) => things[thing]!.cleanable),
    heatable: world(['object'], (thing) => things[thing]!.heatable),
    coolable: world(['object'], (thing) => things[thing]!.coolable),
    toggleable: world(['object'], (thing) => things[thing]!.toggleable),
    sliceable: world(['object'], (thing) => things[thing]!.sliceable),
    pickupable: world(['object'], (thing) => things[thing]!.pickupable),
    isreceptacleobject: world(['object'], (thing) => things[thing]!.container),
    inreceptacleobject: world(['object', 'object'], (inner, outer) => things[outer]!.contents.includes(things[inner]!)),
  };
}

function typesOf(entities: readonly { readonly type: string }[]): readonly string[] {
  return [...new Set(entities.map(({ type }) => type))];
}

/** `(?o1 ?o2 - object ?r - receptacle)` as pairs. */
function typedNames(declared: Expression | undefined): readonly (readonly [string, Kind])[] {
  if (declared === undefined || typeof declared === 'string') throw new Error('variables stand in brackets');
  const pairs: [string, Kind][] = [];
  let waiting: string[] = [];
  for (let index = 0; index < declared.length; index++) {
    const word = declared[index]!;
    if (typeof word !== 'string') throw new Error('variables are declared by names');
    if (word !== '-') {
      waiting.push(word);
      continue;
    }
    const kind = declared[++index];
    if (!isKind(kind)) throw new Error(`the type ${JSON.stringify(kind)} is unknown`);
    pairs.push(...waiting.map((name): [string, Kind] => [name, kind]));
    waiting = [];
  }
  if (waiting.length > 0) throw new Error(`${waiting[0]!} is declared without a type`);
  return pairs;
}

function isKind(word: Expression | undefined): word is Kind {
  return typeof word === 'string' && ['agent', 'location', 'receptacle', 'object', 'rtype', 'otype'].includes(word);
}

function only(parts: readonly Expression[], operator: string): Expression {
  if (parts.length !== 1) throw new Error(`"${operator}" needs one condition`);
  return parts[0]!;
}

function not(condition: Condition): Condition {
  const { needs, changes } = condition;
  return { needs, changes, holds: (facts, values) => (changes && facts.possible) || !condition.holds(facts, values) };
}

function every(conditions: readonly Condition[]): Condition {
  return {
    needs: union(conditions),
    changes: conditions.some(({ changes }) => changes),
    holds: (facts, values) => conditions.every((condition) => condition.holds(facts, values)),
  };
}

function some(conditions: readonly Condition[]): Condition {
  return {
    needs: union(conditions),
    changes: conditions.some(({ changes }) => changes),
    holds: (facts, values) => conditions.some((condition) => condition.holds(facts, values)),
  };
}

function union(conditions: readonly Condition[]): ReadonlySet<number> {
  return new Set(conditions.flatMap(({ needs }) => [...needs]));
}
