// The gateway to all models: one a process. Each session gets a plain `openai` client (10 us to construct) with a durable fetch.

import { setMaxListeners } from 'node:events';
import OpenAI from 'openai';
import { clientBaseURL, normaliseEndpoint } from './call-key.js';
import { createDurableCalls, type DurableCallOptions } from './durable-call.js';
import { createDurableFetch } from './durable-fetch.js';
import type { ModelGateway } from './gateway.js';
import { SessionRecord } from './session-record.js';

/** Milliseconds. Each send has its own limit, and the durable fetch waits for as long as it says. */
const CLIENT_TIMEOUT = 24 * 3_600_000;

/** One for each process: it holds the calls in flight, the limiters and the sums of money. `open` throws WatersmeetError 'input.invalid' for a wrong endpoint. */
export function createGateway(options: DurableCallOptions): ModelGateway {
  const calls = createDurableCalls(options);
  return {
    trouble: () => calls.trouble(),
    inFlight: () => calls.inFlight(),
    open({ runId, scope, settings, signal }) {
      // Sessions share signals, and the client never takes its own listeners away: ten are no leak.
      setMaxListeners(0, signal);
      const record = new SessionRecord(options.clock);
      const fetch = createDurableFetch({ runId, scope, settings, signal, calls, record, stopControl: options.stopControl });
      return {
        // What is left out here the client takes from OPENAI_* variables. The real key is known to the durable fetch alone.
        openai: new OpenAI({
          apiKey: 'held-by-watersmeet',
          adminAPIKey: null,
          organization: null,
          project: null,
          webhookSecret: null,
          baseURL: clientBaseURL(normaliseEndpoint(settings.endpoint)),
          fetch,
          maxRetries: 0,
          timeout: CLIENT_TIMEOUT,
          logLevel: 'off',
        }),
        settings,
        usage: () => record.usage(),
        uses: () => record.uses(),
        infrastructureError: () => record.error(),
        waited: () => record.waited(),
      };
    },
  };
}
