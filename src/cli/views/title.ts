// The first line of every run: engine, model, endpoint and limits.

import type { RunSettings } from '../../core/run-settings.js';
import { dollars } from './numbers.js';

export function title(run: { readonly id: string; readonly project: string; readonly settings: RunSettings }, engine: { readonly kind: 'embedded' | 'cluster'; readonly address: string } | undefined): string {
  const { settings } = run;
  const models = [...new Map(Object.values(settings.models).map((model) => [`${model.endpoint}/${model.model}`, model])).values()];
  const named = models.length === 0 ? 'no model' : models.map((model) => (model.endpoint === 'local' ? `${model.model} (local)` : `${model.model} at ${model.endpoint}`)).join(', ');
  const { rollouts, tokens, money, activeMinutes } = settings.budget;
  const limits = [
    rollouts === undefined ? undefined : `${rollouts} rollouts`,
    tokens === undefined ? undefined : `${tokens} tokens`,
    money === undefined || money === 'none' ? undefined : dollars(money),
    activeMinutes === undefined ? undefined : `${activeMinutes} min`,
  ].filter((limit) => limit !== undefined);
  return [
    `Watersmeet run ${run.id} of ${run.project}, strategy ${settings.strategy}`,
    `${engine === undefined ? '' : `Temporal ${engine.kind === 'embedded' ? 'dev server' : 'cluster'} ${engine.address} | `}${named} | ${limits.length === 0 ? 'no limits' : `at most ${limits.join(', ')}`}`,
  ].join('\n');
}
