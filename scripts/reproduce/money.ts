// Whether a comparison may start: what may cost money needs a limit that somebody has named.

import { costsMoney, isUnpriced } from '../../src/config/model-settings.js';
import { WatersmeetError } from '../../src/core/failures.js';
import type { ModelSettings, RunSettings } from '../../src/core/run-settings.js';

/** US dollars that all runs together may cost; 'none' says that there is no limit. */
export type Money = number | 'none';

/** @throws WatersmeetError 'input.invalid' if a model may cost money and no limit is named. */
export function checkMoney({ models }: Pick<RunSettings, 'models'>, money: Money | undefined): void {
  if (money !== undefined) return;
  const found = Object.values(models).find((model) => costsMoney(model) || isUnpriced(model));
  if (found !== undefined)
    throw new WatersmeetError(
      'input.invalid',
      `${found.model} at ${found.endpoint} may cost money: give --money with the US dollars that all runs together may cost, or --money none.`,
    );
}

export function isPriceMissing(model: ModelSettings): boolean {
  return model.price === undefined && (costsMoney(model) || isUnpriced(model));
}
