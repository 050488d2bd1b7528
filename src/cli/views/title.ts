// The first line of every run: engine, model, endpoint and limits.

import type { RunSettings } from '../../core/run-settings.js';
import { count, counted, dollars } from './numbers.js';

export function title(
  run: { readonly id: string; readonly project: string; readonly settings: RunSettings },
  engine: { readonly kind: 'embedded' | 'cluster'; readonly address: string } | undefined,
): string {
  const { settings } = run;
  const models = [...new Map(Object.values(settings.models).map((model) => [`${model.endpoint}/${model.model}`, model])).values()];
  const named =
    models.length === 0
      ? 'no model'
      : models.map((model) => (model.endpoint === 'local' ? `${model.model} (local)` : `${model.model} at ${model.endpoint}`)).join(', ');
  return [
    `Watersmeet run ${run.id} of ${run.project}, strategy ${settings.strategy}`,
    `${engine === undefined ? '' : `Temporal ${engine.kind === 'embedded' ? 'dev server' : 'cluster'} ${engine.address} | `}${named} | ${limits(settings)}`,
  ].join('\n');
}

/** What a run may use. */
export function limits(settings: RunSettings): string {
  const { rollouts, tokens, money, activeMinutes } = settings.budget;
  const limits = [
    rollouts === undefined ? undefined : counted(rollouts, 'rollout'),
    tokens === undefined ? undefined : counted(tokens, 'token'),
    money === undefined || money === 'none' ? undefined : dollars(money),
    activeMinutes === undefined ? undefined : `${activeMinutes < 10 ? Number(activeMinutes.toPrecision(2)) : count(activeMinutes)} min`,
  ].filter((limit) => limit !== undefined);
  return limits.length === 0 ? 'no limits' : `at most ${limits.join(', ')}`;
}
