// The configurations of the named comparisons: the examples of this repository.

import path from 'node:path';
import { WatersmeetError } from '../../src/core/failures.js';

const EXAMPLES = path.join(import.meta.dirname, '../../../examples');

interface Comparison {
  /** Example whose agent needs no model. */
  readonly withoutModel?: string;
  readonly withModel: string;
}

const COMPARISONS: Readonly<Record<'alfworld' | 'logistics-qa' | 'gaia', Comparison>> = {
  alfworld: { withoutModel: 'alfworld-rules', withModel: 'alfworld-react' },
  'logistics-qa': { withoutModel: 'freight-invoices', withModel: 'logistics-qa' },
  gaia: { withModel: 'gaia' },
};

/** The path of a comparison's configuration. @throws WatersmeetError 'input.invalid' if the options name none. */
export function configOf(options: { readonly benchmark?: keyof typeof COMPARISONS; readonly config?: string; readonly model?: string }): string {
  if (options.config !== undefined && options.benchmark === undefined) return path.resolve(options.config);
  if (options.benchmark === undefined || options.config !== undefined)
    throw new WatersmeetError(
      'input.invalid',
      'Say what to compare on: --benchmark alfworld, logistics-qa or gaia, or --config with a configuration of yours.',
    );
  const { withModel, withoutModel } = COMPARISONS[options.benchmark];
  if (options.model !== undefined) return path.join(EXAMPLES, withModel);
  if (withoutModel === undefined) throw new WatersmeetError('input.invalid', `${options.benchmark} needs a model that can use tools: give --model.`);
  return path.join(EXAMPLES, withoutModel);
}
