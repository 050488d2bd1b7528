// What a configuration, and the modules it imports, get from `import ... from 'watersmeet'`, also where the package is not
// installed beside them. Not the whole library: configurations are loaded in scorers' threads, too, where neither
// Temporal nor the store belongs; and errors must be of the very classes that this process checks for.

import { AgentFailure } from '../agents/agent.js';
import { WatersmeetError } from '../core/failures.js';
import { defineConfig } from './config.js';

const NAMES: Readonly<Record<string, unknown>> = { defineConfig, AgentFailure, WatersmeetError };

/** Says so when a configuration uses anything else; types are no use of it. */
export const CONFIG_LIBRARY: object = new Proxy(NAMES, {
  get(names, name) {
    if (name === '__esModule') return true;
    if (typeof name === 'symbol' || name === 'then' || name === 'default' || Object.hasOwn(names, name)) return names[name as string];
    throw new TypeError(`"${name}" of watersmeet is not there for configurations, which may use ${Object.keys(names).join(', ')}; write what starts or reads runs in a script of its own`);
  },
});
