// An invented game, small enough to be known by heart: a kitchen of seven receptacles.

import { parseGameRecord, type AlfworldGameRecord } from '../../../src/benchmarks/alfworld/game-record.js';

/**
 * At loc 2 the cabinet and the shelf; at loc 3 the sink basin and the counter top; at loc 4 the fridge, at loc 5 the microwave, at loc 6 the desk. The agent
 * starts at loc 1, in the middle of the room. Numbers count downwards in the order of ids: apple_bar_1 is "apple 2", loc_bar_a "loc 6".
 */
export function smallGame(changes: Partial<AlfworldGameRecord> = {}): AlfworldGameRecord {
  return parseGameRecord(
    {
      id: 'pick_heat_then_place_in_recep-Apple-None-Shelf-1/trial_1',
      split: 'train',
      type: 'pick_heat_then_place_in_recep',
      params: { object_target: 'Apple', parent_target: 'Shelf' },
      task: 'put a hot apple in shelf',
      human: ['Put a warm apple on the shelf.'],
      goal: '(and (exists (?r - receptacle) (exists (?o - object) (and (heatable ?o) (objectType ?o AppleType) (receptacleType ?r ShelfType) (isHot ?o) (inReceptacle ?o ?r)))))',
      at: 'loc_bar_f',
      rec: [
        ['cabinet_bar_1', 'cabinet', 'loc_bar_e', 1],
        ['countertop_bar_1', 'countertop', 'loc_bar_d', 0],
        ['desk_bar_1', 'desk', 'loc_bar_a', 0],
        ['fridge_bar_1', 'fridge', 'loc_bar_c', 1],
        ['microwave_bar_1', 'microwave', 'loc_bar_b', 1],
        ['shelf_bar_1', 'shelf', 'loc_bar_e', 0],
        ['sink_bar_1_basin', 'sinkbasin', 'loc_bar_d', 0],
      ],
      obj: [
        ['apple_bar_1', 'apple', 'pchks', ['loc_bar_e'], ['cabinet_bar_1']],
        ['apple_bar_2', 'apple', 'pchks', ['loc_bar_d'], ['countertop_bar_1']],
        ['bowl_bar_1', 'bowl', 'pckr', ['loc_bar_d'], ['countertop_bar_1']],
        ['desklamp_bar_1', 'desklamp', 't', ['loc_bar_a'], ['desk_bar_1']],
        ['egg_bar_1', 'egg', 'pchkrK', ['loc_bar_c'], ['fridge_bar_1']],
        ['knife_bar_1', 'knife', 'pc', ['loc_bar_d'], ['countertop_bar_1']],
        ['sink_bar_1', 'sink', '', ['loc_bar_d'], []],
        // In two receptacles at once, as some official games have it.
        ['spoon_bar_1', 'spoon', 'pc', ['loc_bar_e', 'loc_bar_d'], ['countertop_bar_1', 'shelf_bar_1']],
      ],
      inner: [['spoon_bar_1', 'bowl_bar_1']],
      can: {
        cabinet: ['apple', 'bowl', 'knife'],
        countertop: ['apple', 'bowl', 'egg', 'knife', 'spoon'],
        fridge: ['apple', 'egg'],
        shelf: ['apple', 'bowl', 'spoon'],
        sinkbasin: ['apple', 'spoon'],
      },
      ...changes,
    },
    'small game',
  );
}
