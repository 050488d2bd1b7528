// The language of the rules: what a line of the playbook may say. Everything else the agent has to be taught in it.
//
//   OPEN fridge                                         a closed fridge is opened before one goes on; `*` stands for everything
//   SEARCH mug: countertop, cabinet                     where a mug is looked for first; `*` stands for everything
//   WHEN TASK SAYS "hot" AFTER TAKE heat AT microwave   what is taken goes to a microwave and is treated with the command "heat"
//   WHEN TASK SAYS "look" HOLD AND USE desklamp         with what was taken in hand, a desklamp is found and used
//   WHEN TASK SAYS "two" REPEAT                         all of it is done a second time, with another thing

export interface Rules {
  /** Kinds of places. */
  readonly opened: ReadonlySet<string>;
  /** Kinds of places by kind of thing, the likeliest first. */
  readonly places: ReadonlyMap<string, readonly string[]>;
  readonly treatments: readonly { readonly word: string; readonly verb: string; readonly place: string }[];
  readonly uses: readonly { readonly word: string; readonly thing: string }[];
  readonly repeated: readonly string[];
}

export const openLine = (place: string) => `OPEN ${place}`;
export const searchLine = (thing: string, places: readonly string[]) => `SEARCH ${thing}: ${places.join(', ')}`;
export const treatmentLine = (word: string, verb: string, place: string) => `WHEN TASK SAYS "${word}" AFTER TAKE ${verb} AT ${place}`;
export const useLine = (word: string, thing: string) => `WHEN TASK SAYS "${word}" HOLD AND USE ${thing}`;
export const repeatLine = (word: string) => `WHEN TASK SAYS "${word}" REPEAT`;

/** Lines that are no rules are passed over. Of several lists of places for one thing the first is asked first. */
export function parseRules(lines: readonly string[]): Rules {
  const opened = new Set<string>();
  const places = new Map<string, string[]>();
  const treatments: Rules['treatments'][number][] = [];
  const uses: Rules['uses'][number][] = [];
  const repeated: string[] = [];
  for (const line of lines) {
    const [, open] = /^OPEN (\S+)$/.exec(line) ?? [];
    const [, thing, list] = /^SEARCH (\S+): (.+)$/.exec(line) ?? [];
    const [, word, rest = ''] = /^WHEN TASK SAYS "(\w+)" (.+)$/.exec(line) ?? [];
    if (open !== undefined) opened.add(open);
    if (thing !== undefined && list !== undefined) places.set(thing, [...(places.get(thing) ?? []), ...list.split(', ')]);
    if (word === undefined) continue;
    const [, verb, place] = /^AFTER TAKE (\S+) AT (\S+)$/.exec(rest) ?? [];
    const [, used] = /^HOLD AND USE (\S+)$/.exec(rest) ?? [];
    if (verb !== undefined && place !== undefined) treatments.push({ word, verb, place });
    if (used !== undefined) uses.push({ word, thing: used });
    if (rest === 'REPEAT') repeated.push(word);
  }
  return { opened, places, treatments, uses, repeated };
}
