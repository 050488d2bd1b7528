// Two invented rooms as ALFWorld games: what the worked examples of examples/alfworld-react are played in.

import { parseGameRecord, type AlfworldGameRecord } from '../../src/benchmarks/alfworld/game-record.js';

export type RoomName = 'kitchen' | 'bedroom';

/** Receptacles of one kind, each with what is in or on it. */
interface Furniture {
  readonly type: string;
  readonly openable?: true;
  readonly contents: readonly (readonly string[])[];
}

const FLAGS: Readonly<Record<string, string>> = {
  apple: 'pchks',
  bowl: 'pckr',
  bread: 'phks',
  cup: 'pchkr',
  desklamp: 't',
  egg: 'pchk',
  fork: 'pc',
  kettle: 'pc',
  mug: 'pchkr',
  pan: 'pckr',
  plate: 'pchkr',
  potato: 'pchks',
  spoon: 'pc',
  tomato: 'pchks',
};

const ROOMS: Readonly<Record<RoomName, readonly Furniture[]>> = {
  kitchen: [
    { type: 'cabinet', openable: true, contents: [['kettle'], ['plate'], [], ['cup', 'bowl']] },
    { type: 'coffeemachine', contents: [['mug']] },
    {
      type: 'countertop',
      contents: [
        ['apple', 'bread', 'saltshaker'],
        ['spoon', 'peppershaker', 'tomato'],
      ],
    },
    { type: 'diningtable', contents: [['plate', 'fork', 'potato']] },
    { type: 'drawer', openable: true, contents: [['fork'], ['spoon', 'knife'], []] },
    { type: 'fridge', openable: true, contents: [['egg', 'tomato']] },
    { type: 'garbagecan', contents: [[]] },
    { type: 'microwave', openable: true, contents: [[]] },
    { type: 'shelf', contents: [['vase'], ['book', 'bowl']] },
    { type: 'sinkbasin', contents: [['cup', 'apple']] },
    { type: 'stoveburner', contents: [['pan'], []] },
  ],
  bedroom: [
    { type: 'armchair', contents: [['pillow']] },
    { type: 'bed', contents: [['pillow', 'laptop']] },
    { type: 'desk', contents: [['desklamp', 'pencil', 'mug'], ['book']] },
    { type: 'drawer', openable: true, contents: [['keychain'], [], ['cellphone']] },
    { type: 'dresser', contents: [['vase', 'creditcard']] },
    { type: 'garbagecan', contents: [['pencil']] },
    { type: 'safe', openable: true, contents: [['watch']] },
    { type: 'shelf', contents: [['statue'], ['pen', 'bowl']] },
    {
      type: 'sidetable',
      contents: [
        ['cd', 'keychain'],
        ['alarmclock', 'desklamp'],
      ],
    },
    { type: 'sofa', contents: [[]] },
  ],
};

const FURNITURE_THAT_HOLDS_NOTHING: ReadonlySet<string> = new Set(['stoveburner']);

/** Things go everywhere but onto the stove. */
export function roomGame(
  room: RoomName,
  task: { readonly type: AlfworldGameRecord['type']; readonly told: string; readonly goal: string },
): AlfworldGameRecord {
  const receptacles: AlfworldGameRecord['rec'] = [];
  const objects: AlfworldGameRecord['obj'] = [];
  for (const { type, openable, contents } of ROOMS[room]) {
    for (const [index, things] of contents.entries()) {
      const id = `${type === 'sinkbasin' ? 'sink' : type}_bar_${index}${type === 'sinkbasin' ? '_basin' : ''}`;
      const location = `loc_bar_${String(receptacles.length).padStart(2, '0')}`;
      receptacles.push([id, type, location, openable === true ? 1 : 0]);
      for (const thing of things) objects.push([`${thing}_bar_${objects.length + 10}`, thing, FLAGS[thing] ?? 'p', [location], [id]]);
    }
  }
  const holding = ROOMS[room].map(({ type }) => type).filter((type) => !FURNITURE_THAT_HOLDS_NOTHING.has(type));
  const types = [...new Set(objects.map(([, type]) => type))];
  return parseGameRecord(
    {
      id: `${room}/${task.told}`,
      split: 'train',
      type: task.type,
      params: {},
      task: task.told,
      human: [],
      goal: task.goal,
      at: 'loc_bar_99',
      rec: receptacles,
      obj: objects,
      inner: [],
      can: Object.fromEntries(holding.map((type) => [type, types])),
    },
    room,
  );
}
