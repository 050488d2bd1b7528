// An invented game in the official form: what game.tw-pddl and traj_data.json hold.

export interface OfficialFiles {
  readonly 'game.tw-pddl': string;
  readonly 'traj_data.json': string;
}

export const OFFICIAL_TASK = 'pick_heat_then_place_in_recep-Apple-None-Shelf-1';

/** Two shelves, a cabinet, a microwave and a sink with its basin; an apple in the cabinet, a bowl with a spoon on a shelf. */
const INIT = `
        ; receptacles
        (receptacleType Shelf_bar__plus_01_dot_00 ShelfType)
        (receptacleType Shelf_bar__minus_02_dot_00 ShelfType)
        (receptacleType Cabinet_bar__plus_03 CabinetType)
        (receptacleType Microwave_bar__plus_04 MicrowaveType)
        (receptacleType Sink_bar__plus_05_bar_SinkBasin SinkBasinType)
        (objectType Apple_bar__plus_06 AppleType)
        (objectType Bowl_bar__plus_07 BowlType)
        (objectType Spoon_bar__plus_08 SpoonType)
        (objectType Sink_bar__plus_05 SinkType)
        (isReceptacleObject Bowl_bar__plus_07)
        (inReceptacleObject Spoon_bar__plus_08 Bowl_bar__plus_07)
        (openable Cabinet_bar__plus_03)
        (openable Microwave_bar__plus_04)
        (atLocation agent1 loc_bar_0)
        (canContain ShelfType AppleType)
        (canContain ShelfType AppleType)
        (canContain ShelfType BowlType)
        (canContain FridgeType AppleType)
        (pickupable Apple_bar__plus_06)
        (pickupable Bowl_bar__plus_07)
        (heatable Apple_bar__plus_06)
        (isCool Apple_bar__plus_06)
        (inReceptacle Apple_bar__plus_06 Cabinet_bar__plus_03)
        (inReceptacle Bowl_bar__plus_07 Shelf_bar__plus_01_dot_00)
        (receptacleAtLocation Shelf_bar__plus_01_dot_00 loc_bar_1)
        (receptacleAtLocation Shelf_bar__minus_02_dot_00 loc_bar_1)
        (receptacleAtLocation Cabinet_bar__plus_03 loc_bar_2)
        (receptacleAtLocation Microwave_bar__plus_04 loc_bar_3)
        (receptacleAtLocation Sink_bar__plus_05_bar_SinkBasin loc_bar_3)
        (objectAtLocation Apple_bar__plus_06 loc_bar_2)
        (objectAtLocation Bowl_bar__plus_07 loc_bar_1)
        (= (total-cost) 0)`;

const GOAL = `(and
                (exists (?r - receptacle) ; a shelf
                    (exists (?o - object)
                        (and (heatable ?o) (objectType ?o AppleType) (receptacleType ?r ShelfType) (isHot ?o) (inReceptacle ?o ?r)))))`;

export interface OfficialChanges {
  readonly init?: (init: string) => string;
  readonly goal?: string;
  readonly task?: string;
  /** `null`: not told. */
  readonly solvable?: boolean | null;
}

export function officialFiles({ init = (text) => text, goal = GOAL, task = 'put a hot apple in shelf', solvable = true }: OfficialChanges = {}): OfficialFiles {
  const problem = `\n(define (problem plan_1)\n(:domain alfred)\n(:objects agent1 - agent\n  Apple - object AppleType - otype)\n(:init\n${init(INIT)}\n)\n(:goal\n  ${goal}\n)\n)\n`;
  const grammar = `grammar :: """\n  { "task": [ { "rhs": "Your task is to: ${task}." } ] }\n""";`;
  return {
    'game.tw-pddl': JSON.stringify({ pddl_domain: '(define (domain alfred))', grammar, pddl_problem: problem, ...(solvable === null ? {} : { solvable }) }),
    'traj_data.json': JSON.stringify({
      task_id: 'trial_1',
      task_type: 'pick_heat_then_place_in_recep',
      pddl_params: { mrecep_target: '', object_sliced: false, object_target: 'Apple', parent_target: 'Shelf', toggle_target: '' },
      turk_annotations: { anns: [{ task_desc: 'Put a warm apple on the shelf. ' }] },
    }),
  };
}

/** The files of some trials, by their path in an archive. */
export function officialTree(trials: Readonly<Record<string, OfficialFiles>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(trials).flatMap(([folder, files]) => Object.entries(files).map(([name, text]) => [`json_2.1.1/${folder}/${name}`, text])),
  );
}
