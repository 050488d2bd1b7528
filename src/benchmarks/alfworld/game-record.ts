// One ALFWorld text game in compact form: a line of games_*.jsonl.

import { z } from 'zod';
import { WatersmeetError } from '../../core/failures.js';

const TASK_TYPES = [
  'pick_and_place_simple',
  'look_at_obj_in_light',
  'pick_clean_then_place_in_recep',
  'pick_heat_then_place_in_recep',
  'pick_cool_then_place_in_recep',
  'pick_two_obj_and_place',
] as const;

const SPLITS = ['train', 'valid_train', 'valid_seen', 'valid_unseen'] as const;

const RECORD = z.object({
  /** `<task>/<trial>`, as the official folders are called: unique over all splits. */
  id: z.string().min(1),
  split: z.enum(SPLITS),
  type: z.enum(TASK_TYPES),
  /** ALFRED's parameters of the task, like `object_target: 'Mug'`; those without a value are left out. */
  params: z.record(z.string(), z.union([z.string(), z.boolean()])),
  /** The goal as it is told: `put a clean mug in coffeemachine`. */
  task: z.string().min(1),
  /** The goal in the words of ALFRED's annotators. */
  human: z.array(z.string()),
  /** The goal as PDDL. */
  goal: z.string().min(1),
  /** Where the agent stands at first: id of a location. */
  at: z.string().min(1),
  /** Receptacles: id, type, location, and 1 if it can be opened, 3 if it is open as well. */
  rec: z.array(z.tuple([z.string().min(1), z.string(), z.string(), z.union([z.literal(0), z.literal(1), z.literal(3)])])),
  /** Objects: id, type, flags (see world.ts), the locations and the receptacles that it is at and in. */
  obj: z.array(z.tuple([z.string().min(1), z.string(), z.string().regex(/^[pchktsrKHCS]*$/), z.array(z.string()), z.array(z.string())])),
  /** Objects inside of objects: inner and outer id. They can be seen there and never moved. */
  inner: z.array(z.tuple([z.string(), z.string()])),
  /** Which types of objects go into which type of receptacle. */
  can: z.record(z.string(), z.array(z.string())),
});

export type AlfworldSplit = (typeof SPLITS)[number];
export type AlfworldGameRecord = z.infer<typeof RECORD>;

/** @param where file and line, for messages. @throws WatersmeetError 'input.invalid' if it is no game in compact form. */
export function parseGameRecord(value: unknown, where: string): AlfworldGameRecord {
  const parsed = RECORD.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WatersmeetError(
    'input.invalid',
    `${where} is no ALFWorld game in compact form: ${issue!.path.join('.') || 'the record'}: ${issue!.message}. Convert the official games again: \`watersmeet benchmark fetch alfworld\`.`,
  );
}
