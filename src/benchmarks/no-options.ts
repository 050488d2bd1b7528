// Scorings without options refuse any.

import { WatersmeetError } from '../core/failures.js';
import type { JsonObject } from '../core/json.js';

/** For a scoring that has none. @throws WatersmeetError 'input.invalid' if there are any. */
export function refuseOptions(name: string, options: JsonObject): void {
  const [option] = Object.keys(options);
  if (option !== undefined)
    throw new WatersmeetError('input.invalid', `scorer.options.${option} is unknown: the scoring of "${name}" has no options. Leave scorer.options out.`);
}
