// A player without any model: it looks for what the task names, takes it to the place the task names, and for everything
// else does what its rules say. It sees observations and admissible commands, never the state of the game.

import { playEpisode, type AgentContext, type EnvironmentState, type Module } from 'watersmeet';
import { parseRules, type Rules } from './rules.js';

/** What an attempt leaves behind: all that the proposer learns from. */
export interface Episode {
  readonly goal: string;
  readonly steps: readonly { readonly action: string; readonly observation: string }[];
  /** Steps until the game was won, or until the rules had nothing more to say: what follows only looks around. */
  readonly tried: number;
  /** Commands that were offered and that no player knows without being taught, without numbers: `heat mug with microwave`. */
  readonly unknown: readonly string[];
  /** Kind of the thing that was taken, and of the place it was brought to, if it came to that. */
  readonly taken?: string;
  readonly brought?: string;
}

export async function playByRules(context: AgentContext) {
  let player: Player | undefined;
  let moves: Generator<string, void, EnvironmentState> | undefined;
  const { output, trajectory } = await playEpisode(context, {
    environment: context.environment,
    maxSteps: 50,
    act({ state }) {
      if (moves !== undefined) return moves.next(state).value ?? undefined;
      player = new Player(parseRules(linesOf(context.modules)), state);
      moves = player.moves();
      return moves.next().value ?? undefined;
    },
  });
  return { output, trajectory: { ...(trajectory as object), ...player?.notes() } };
}

function linesOf({ rules }: Readonly<Record<string, Module>>): readonly string[] {
  return rules?.kind === 'playbook' ? rules.items.map(({ text }) => text) : [];
}

/** `mug 2` is a mug. */
export const kindOf = (name: string): string => name.split(' ')[0]!;

/** The words of a task, each once. */
export function wordsOf(goal: string): readonly string[] {
  return [...new Set(goal.match(/[a-z]+/g))];
}

/** Commands that every player knows. */
const KNOWN = /^(?:go|take|open|close|put|move|examine|look|inventory|help)\b/;

/** Commands out, states in. */
type Moves<Result = void> = Generator<string, Result, EnvironmentState>;

class Player {
  readonly #goal: string;
  readonly #unknown = new Set<string>();
  #steps = 0;
  #tried: number | undefined;
  #taken: string | undefined;
  #brought: string | undefined;
  readonly #rules: Rules;
  readonly #words: readonly string[];
  readonly #places: readonly string[];
  readonly #destination: string | undefined;
  /** Where things were last seen. */
  readonly #seen = new Map<string, string>();
  readonly #visited = new Set<string>();
  readonly #finished = new Set<string>();
  #state: EnvironmentState;
  #here: string | undefined;

  constructor(rules: Rules, first: EnvironmentState) {
    this.#rules = rules;
    this.#state = first;
    this.#goal = /Your task is to: (.*?)\.?$/m.exec(first.observation)?.[1] ?? '';
    this.#words = wordsOf(this.#goal);
    this.#places = namesIn(/you see (.*)\./.exec(first.observation)?.[1] ?? '');
    const kinds = new Set(this.#places.map(kindOf));
    this.#destination = this.#words.findLast((word) => kinds.has(word));
  }

  /** Plays by the rules, then uses the steps that are left to see what else could be done. */
  *moves(): Moves {
    yield* this.#solve();
    this.#tried = this.#steps;
    yield* this.#explore();
  }

  notes(): Omit<Episode, 'steps'> {
    return {
      goal: this.#goal,
      tried: this.#tried ?? this.#steps,
      unknown: [...this.#unknown].sort(),
      ...(this.#taken === undefined ? {} : { taken: this.#taken }),
      ...(this.#brought === undefined ? {} : { brought: this.#brought }),
    };
  }

  /** Does what the task and the rules say, as far as it gets. */
  *#solve(): Moves {
    const rounds = this.#rules.repeated.some((word) => this.#words.includes(word)) ? 2 : 1;
    for (let round = 0; round < rounds && !this.#state.done; round++) {
      const thing = yield* this.#find();
      if (thing === undefined) return;
      this.#taken = kindOf(thing);
      this.#finished.add(thing);
      for (const { verb, place } of this.#treatments()) {
        const target = this.#places.find((name) => kindOf(name) === place);
        if (target === undefined) continue;
        yield* this.#goTo(target);
        yield* this.#act(`${verb} ${thing} with ${target}`);
      }
      for (const { word, thing: used } of this.#rules.uses) if (this.#words.includes(word)) yield* this.#use(used);
      yield* this.#bring(thing);
    }
  }

  /** With a thing in hand, one place of each kind: what could be done there shows in the commands. */
  *#explore(): Moves {
    if (this.#state.done || this.#taken === undefined) return;
    if (!this.#offered().some((command) => /^(?:put|move) /.test(command))) yield* this.#takeAgain();
    const kinds = new Set<string>();
    for (const place of this.#places) {
      if (this.#state.done) return;
      if (kinds.has(kindOf(place))) continue;
      kinds.add(kindOf(place));
      yield* this.#goTo(place);
    }
  }

  /** Takes a thing that the task names: where one was seen, else from place to place. */
  *#find(): Moves<string | undefined> {
    for (const [thing, place] of this.#seen) {
      if (!this.#isWanted(thing) || kindOf(place) === this.#destination) continue;
      yield* this.#goTo(place);
      if (yield* this.#act(`take ${thing} from ${place}`)) return thing;
    }
    // Nothing is to be done with what is where it shall go, unless it has to be treated.
    const isLast = (place: string) => Number(kindOf(place) === this.#destination && this.#treatments().length === 0);
    const wanted = this.#words.filter((word) => word !== this.#destination);
    for (const place of this.#inOrder(wanted).toSorted((left, right) => isLast(left) - isLast(right))) {
      if (this.#state.done) return undefined;
      if (this.#visited.has(place)) continue;
      this.#visited.add(place);
      yield* this.#goTo(place);
      const command = this.#offered().find((offered) => offered.startsWith('take ') && this.#isWanted(offered.slice(5, offered.indexOf(' from '))));
      if (command !== undefined && (yield* this.#act(command))) {
        // There may be more of it.
        this.#visited.delete(place);
        return command.slice(5, command.indexOf(' from '));
      }
    }
    return undefined;
  }

  #treatments(): Rules['treatments'] {
    return this.#rules.treatments.filter(({ word }) => this.#words.includes(word));
  }

  #isWanted(thing: string): boolean {
    return this.#words.includes(kindOf(thing)) && !this.#finished.has(thing);
  }

  /** All places, those first that the rules name for any of the words, then those they name for everything, then one of each kind in turn. */
  #inOrder(words: readonly string[]): readonly string[] {
    const named = [...words.flatMap((word) => this.#rules.places.get(word) ?? []), ...(this.#rules.places.get('*') ?? [])];
    const rank = (place: string) => {
      const index = named.indexOf(kindOf(place));
      return index === -1 ? named.length : index;
    };
    const turn = (place: string) => (rank(place) < named.length ? 0 : Number(place.split(' ')[1]));
    return this.#places.toSorted((left, right) => rank(left) - rank(right) || turn(left) - turn(right));
  }

  *#use(kind: string): Moves {
    const seen = () => [...this.#seen].find(([thing]) => kindOf(thing) === kind);
    for (const place of seen() === undefined ? this.#inOrder([kind]) : []) {
      if (this.#state.done || seen() !== undefined) break;
      yield* this.#goTo(place);
    }
    const found = seen();
    if (found === undefined) return;
    yield* this.#goTo(found[1]);
    yield* this.#act(`use ${found[0]}`);
  }

  *#bring(thing: string): Moves {
    for (const place of this.#places.filter((name) => kindOf(name) === this.#destination)) {
      if (this.#state.done) return;
      yield* this.#goTo(place);
      const command = this.#offered().find((offered) => /^(?:put|move) /.test(offered) && offered.includes(` ${thing} `) && offered.endsWith(` ${place}`));
      if (command === undefined || !(yield* this.#act(command))) continue;
      this.#brought = kindOf(place);
      return;
    }
  }

  *#takeAgain(): Moves {
    for (const [thing, place] of this.#seen) {
      if (!this.#finished.has(thing)) continue;
      yield* this.#goTo(place);
      if (yield* this.#act(`take ${thing} from ${place}`)) return;
    }
  }

  *#goTo(place: string): Moves {
    if (this.#here !== place) {
      this.#here = place;
      yield* this.#act(`go to ${place}`);
    }
    const { opened } = this.#rules;
    if ((opened.has(kindOf(place)) || opened.has('*')) && this.#offered().includes(`open ${place}`)) yield* this.#act(`open ${place}`);
  }

  #offered(): readonly string[] {
    return this.#state.admissible ?? [];
  }

  /** Whether it was understood. */
  *#act(command: string): Moves<boolean> {
    if (this.#state.done) return false;
    // The last step's answer is not heard.
    this.#steps++;
    this.#state = yield command;
    const { observation } = this.#state;
    for (const offered of this.#offered()) if (!KNOWN.test(offered)) this.#unknown.add(offered.replaceAll(/ \d+/g, ''));
    if (observation === 'Nothing happens.') return false;
    const [, taken] = /^take (.+) from /.exec(command) ?? [];
    if (taken !== undefined) this.#seen.delete(taken);
    const [, put] = /^(?:put|move) (\S+ \d+) /.exec(command) ?? [];
    if (this.#here !== undefined) {
      if (put !== undefined) this.#seen.set(put, this.#here);
      for (const thing of thingsSeen(observation)) this.#seen.set(thing, this.#here);
    }
    return true;
  }
}

/** The things that an observation tells to be in or on a place. */
export function thingsSeen(observation: string): readonly string[] {
  return namesIn(/(?:On|In) .*?, you see (.*)\./.exec(observation)?.[1] ?? '');
}

/** `a mug 1, and a cup 2`: `mug 1`, `cup 2`. */
function namesIn(list: string): readonly string[] {
  return [...list.matchAll(/an? ([a-z]+ \d+)/g)].map(([, name]) => name!);
}
