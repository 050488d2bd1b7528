// One official game (game.tw-pddl, and traj_data.json where it is there) to its compact form.

import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { WatersmeetError } from '../../core/failures.js';
import { checkGame } from './check-game.js';
import { parseExpression, type Expression } from './expression.js';
import { parseGameRecord, type AlfworldGameRecord, type AlfworldSplit } from './game-record.js';

/** Which game it is. */
export interface OfficialGameName {
  readonly split: AlfworldSplit;
  /** `<task>/<trial>`. */
  readonly id: string;
  /** For messages. */
  readonly where: string;
}

/** Its files. */
export interface OfficialGameContent {
  /** game.tw-pddl. */
  readonly game: Buffer;
  /** traj_data.json: what ALFRED says of the task. The archive of the games alone does not have it. */
  readonly trajectory: Buffer | undefined;
}

/** PDDL, the game's texts, and whether the official planner found a way to win; absent in a few. */
const GAME = z.object({ pddl_problem: z.string(), grammar: z.string(), solvable: z.boolean().optional() });

const TRAJECTORY = z.object({
  task_type: z.string(),
  pddl_params: z.record(z.string(), z.union([z.string(), z.boolean()])),
  turk_annotations: z.object({ anns: z.array(z.object({ task_desc: z.string() })) }).optional(),
});

/** Facts about one object and their flags in the compact form. */
const FLAGS = [
  ['p', 'pickupable'],
  ['c', 'cleanable'],
  ['h', 'heatable'],
  ['k', 'coolable'],
  ['t', 'toggleable'],
  ['s', 'sliceable'],
  ['r', 'isreceptacleobject'],
  ['K', 'iscool'],
  ['H', 'ishot'],
  ['C', 'isclean'],
  ['S', 'issliced'],
] as const;

/** How many entities each known fact is about. */
const FACTS: ReadonlyMap<string, number> = new Map([
  ...FLAGS.map(([, name]): [string, number] => [name, 1]),
  ['openable', 1],
  ['opened', 1],
  ['atlocation', 2],
  ['receptacletype', 2],
  ['receptacleatlocation', 2],
  ['objecttype', 2],
  ['objectatlocation', 2],
  ['inreceptacle', 2],
  ['inreceptacleobject', 2],
  ['cancontain', 2],
]);

/** Their tasks are not among those of the text games. */
const UNSUPPORTED = /movable|Sliced/;

/**
 * The record plays as the official game does. Ids are made short in a way that keeps their order, on which names and lists depend.
 *
 * @returns why it is no game of the benchmark, if it is none: the official engine leaves the same ones out. It also leaves out games
 *   that do not say whether they can be won, which all official ones do; here their goal is looked at instead.
 * @throws WatersmeetError 'input.invalid' if a file is broken, not UTF-8, or its goal cannot be reached although it is not marked so.
 */
export function convertGame(
  { split, id, where }: OfficialGameName,
  { game, trajectory }: OfficialGameContent,
): AlfworldGameRecord | 'unsolvable' | 'unsupported' {
  if (UNSUPPORTED.test(id)) return 'unsupported';
  const { pddl_problem: problem, grammar, solvable } = parse(GAME, game, where, 'game.tw-pddl');
  if (solvable === false) return 'unsolvable';
  const about = trajectory === undefined ? aboutFromId(id, where) : aboutFromTrajectory(parse(TRAJECTORY, trajectory, where, 'traj_data.json'));
  try {
    const record = parseGameRecord({ id, split, ...about, task: taskOf(grammar), goal: goalOf(problem), ...worldOf(factsOf(problem)) }, where);
    checkGame(record, where);
    return record;
  } catch (error) {
    throw error instanceof WatersmeetError ? error : invalid(where, (error as Error).message);
  }
}

function parse<T>(schema: z.ZodType<T>, bytes: Buffer, where: string, name: string): T {
  if (!isUtf8(bytes)) throw invalid(where, `${name} is not UTF-8`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw invalid(where, `${name} is not valid JSON (${(error as Error).message})`);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(where, `${name}: ${parsed.error.issues[0]!.path.join('.')} ${parsed.error.issues[0]!.message}`);
  return parsed.data;
}

type About = Pick<AlfworldGameRecord, 'params' | 'human'> & { readonly type: string };

function aboutFromTrajectory(trajectory: z.infer<typeof TRAJECTORY>): About {
  return {
    type: trajectory.task_type,
    params: Object.fromEntries(Object.entries(trajectory.pddl_params).filter(([, value]) => value !== '' && value !== false)),
    human: (trajectory.turk_annotations?.anns ?? []).map(({ task_desc: text }) => text.trim()),
  };
}

/** The name of the task's folder says as much: `<type>-<object>-<movable receptacle>-<receptacle or lamp>-<room>`. */
function aboutFromId(id: string, where: string): About {
  const [type, object, , target] = id.split('/', 1)[0]!.split('-');
  if (object === undefined || target === undefined) throw invalid(where, 'the folder of the task is not named <type>-<object>-<receptacle>-<target>-<room>');
  return { type: type!, params: { object_target: object, [type === 'look_at_obj_in_light' ? 'toggle_target' : 'parent_target']: target }, human: [] };
}

/** The goal as it is told, from the texts of the game, without the full stop. */
function taskOf(grammar: string): string {
  const literal = /"Your task is to: ((?:[^"\\]|\\.)*)\."/.exec(grammar)?.[1];
  if (literal === undefined || literal === 'UNKNOWN GOAL') throw new Error('its texts do not tell a task ("Your task is to: ...")');
  return JSON.parse(`"${literal}"`) as string;
}

/** As it is written, with single blanks and without comments. */
function goalOf(problem: string): string {
  const text = problem.replaceAll(/;.*$/gm, '');
  const start = text.indexOf('(', text.indexOf('(:goal') + 1);
  let depth = 0;
  for (let end = start; end < text.length; end++) {
    if (text[end] === '(') depth++;
    else if (text[end] === ')' && --depth === 0) return text.slice(start, end + 1).replaceAll(/\s+/g, ' ');
  }
  throw new Error('its goal is not closed');
}

type Facts = ReadonlyMap<string, readonly (readonly string[])[]>;

function factsOf(problem: string): Facts {
  const parsed = parseExpression(problem);
  const section = (name: string) => parsed.find((part): part is readonly Expression[] => typeof part !== 'string' && part[0] === name);
  const init = section(':init');
  if (init === undefined || section(':goal') === undefined) throw new Error('its problem has no (:init ...) or no (:goal ...)');
  const facts = new Map<string, string[][]>();
  for (const fact of init.slice(1)) {
    // Costs and distances: no text game reads them.
    if (fact[0] === '=') continue;
    const [name, ...entities] = fact as readonly string[];
    if (typeof fact === 'string' || FACTS.get(name!) !== entities.length || !entities.every((entity) => typeof entity === 'string'))
      throw new Error(`it begins with a fact that is unknown: ${JSON.stringify(fact)}`);
    facts.set(name!, [...(facts.get(name!) ?? []), entities]);
  }
  return facts;
}

function worldOf(facts: Facts): Pick<AlfworldGameRecord, 'at' | 'rec' | 'obj' | 'inner' | 'can'> {
  const all = (name: string) => facts.get(name) ?? [];
  const short = shortIds(facts);
  const id = (entity: string) => short.get(entity)!;
  const receptacleTypes = typesOf(all('receptacletype'));
  const objectTypes = typesOf(all('objecttype'));
  checkEntities(facts, receptacleTypes, objectTypes);

  const locations = single(all('receptacleatlocation'));
  const having = (name: string) => new Set(all(name).map(([entity]) => entity!));
  const openable = having('openable');
  const opened = having('opened');
  const flags = FLAGS.map(([flag, name]) => [flag, having(name)] as const);
  const places = grouped(all('objectatlocation'));
  const receptacles = grouped(all('inreceptacle'));
  const start = all('atlocation');
  if (start.length !== 1) throw new Error(`the agent stands at ${start.length} locations`);
  return {
    at: id(start[0]![1]!),
    rec: sorted(receptacleTypes).map(([entity, type]) => {
      const location = locations.get(entity);
      if (location === undefined) throw new Error(`the receptacle ${entity} is at no location`);
      return [id(entity), type, id(location), ((openable.has(entity) ? 1 : 0) + (opened.has(entity) ? 2 : 0)) as 0 | 1 | 3];
    }),
    obj: sorted(objectTypes).map(([entity, type]) => [
      id(entity),
      type,
      flags.flatMap(([flag, entities]) => (entities.has(entity) ? [flag] : [])).join(''),
      (places.get(entity) ?? []).map(id).sort(),
      (receptacles.get(entity) ?? []).map(id).sort(),
    ]),
    inner: [...grouped(all('inreceptacleobject'))]
      .flatMap(([inner, outers]) => outers.map((outer): [string, string] => [id(inner), id(outer)]))
      .sort((one, other) => (one.join(' ') < other.join(' ') ? -1 : 1)),
    can: containment(all('cancontain'), new Set(receptacleTypes.values()), new Set(objectTypes.values())),
  };
}

/** `<kind>_bar_<number>`, and `_basin` for basins: all that names are made of, with numbers in the order of the long ids. */
function shortIds(facts: Facts): ReadonlyMap<string, string> {
  const entities = [...new Set([...facts.values()].flat(2))].sort();
  const digits = Math.max(3, String(entities.length).length);
  return new Map(
    entities.map((entity, index) => {
      if (!entity.includes('_bar_')) return [entity, entity];
      const kind = entity.split('_bar_', 1)[0]!;
      return [entity, `${kind}_bar_${String(index).padStart(digits, '0')}${entity.includes('basin') ? '_basin' : ''}`];
    }),
  );
}

/** Without the ending "type". */
function typesOf(facts: readonly (readonly string[])[]): ReadonlyMap<string, string> {
  return new Map([...single(facts)].map(([entity, type]) => [entity, type.replace(/type$/, '')]));
}

function single(facts: readonly (readonly string[])[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [entity, value] of facts) {
    const other = values.get(entity!);
    if (other !== undefined && other !== value) throw new Error(`${entity} is both ${other} and ${value}`);
    values.set(entity!, value!);
  }
  return values;
}

function grouped(facts: readonly (readonly string[])[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, Set<string>>();
  for (const [entity, value] of facts) groups.set(entity!, (groups.get(entity!) ?? new Set()).add(value!));
  return new Map([...groups].map(([entity, values]) => [entity, [...values]]));
}

/** Nothing that is named may be lost: each entity is a receptacle or an object (both would have one name), or a location. */
function checkEntities(facts: Facts, receptacles: ReadonlyMap<string, string>, objects: ReadonlyMap<string, string>): void {
  const things = [
    ...FLAGS.map(([, name]) => [name, [objects]] as const),
    ...(['objectatlocation', 'objecttype'] as const).map((name) => [name, [objects]] as const),
    ['inreceptacleobject', [objects, objects]] as const,
    ['inreceptacle', [objects, receptacles]] as const,
    ...(['openable', 'opened', 'receptacleatlocation'] as const).map((name) => [name, [receptacles]] as const),
  ];
  for (const [name, kinds] of things) {
    for (const entities of facts.get(name) ?? []) {
      const stranger = entities.find((entity, index) => kinds[index]?.has(entity) === false);
      if (stranger !== undefined) throw new Error(`the fact ${name} is about ${stranger}, of which no type is told`);
    }
  }
  const both = [...objects.keys()].find((entity) => receptacles.has(entity));
  if (both !== undefined) throw new Error(`${both} is both a receptacle and an object`);
}

/** Only types that the game has. */
function containment(facts: readonly (readonly string[])[], receptacleTypes: ReadonlySet<string>, objectTypes: ReadonlySet<string>): Record<string, string[]> {
  const bare = facts.map((pair) => pair.map((type) => type.replace(/type$/, '')));
  const held = grouped(bare.filter(([receptacle, object]) => receptacleTypes.has(receptacle!) && objectTypes.has(object!)));
  return Object.fromEntries(sorted(held).map(([type, types]) => [type, [...types].sort()]));
}

function sorted<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].sort(([one], [other]) => (one < other ? -1 : 1));
}

function invalid(where: string, message: string): WatersmeetError {
  return new WatersmeetError('input.invalid', `${where} cannot be converted: ${message}. Get the official games again, or remove this one.`);
}
