// Where a model is reached: the local model is started on first use, a key is read by its name when it is needed.

import { WatersmeetError } from '../core/failures.js';
import type { ModelSettings } from '../core/run-settings.js';
import { ensureLocalModel } from '../downloads/local-model.js';
import { startLocalModel, type LocalModel } from '../models/local/client.js';

export interface EndpointResolver {
  /** Asked again for every retry: a local model that crashed is started again. */
  resolve(settings: ModelSettings): Promise<{ readonly baseURL: string; readonly apiKey: string }>;
  close(): Promise<void>;
}

/** What endpoints without a key get to see. */
const NO_KEY = 'none';

export function createEndpointResolver(options: { readonly onProgress?: (sentence: string) => void }): EndpointResolver {
  let local: Promise<LocalModel> | undefined;
  return {
    async resolve(settings) {
      if (settings.endpoint === 'local') {
        local ??= ensureLocalModel(options).then((files) => startLocalModel(files));
        const starting = local;
        starting.catch(() => (local = undefined));
        const model = await starting;
        return { baseURL: await model.baseURL(), apiKey: NO_KEY };
      }
      const { apiKeyVariable } = settings;
      if (apiKeyVariable === undefined) return { baseURL: settings.endpoint, apiKey: NO_KEY };
      const apiKey = process.env[apiKeyVariable];
      if (apiKey === undefined || apiKey === '')
        throw new WatersmeetError(
          'provider.key',
          `The environment variable ${apiKeyVariable} is not set: it should hold the key for ${settings.endpoint}. Set it, then type \`watersmeet resume\`.`,
        );
      return { baseURL: settings.endpoint, apiKey };
    },
    async close() {
      await local?.then(
        (model) => model.stop(),
        () => undefined,
      );
    },
  };
}
