// What orchestration costs: one evaluation of 3 candidates on 1,000 tasks, on a warm engine.

import { readSends } from '../../test/support/start-fake-endpoint.js';
import { IN_FLIGHT, openBench } from './evaluations.js';

const CANDIDATES = 3;
const TASKS = 1_000;

export interface Orchestration {
  readonly calls: number;
  readonly latency: number;
  /** Milliseconds from the arrival of the first call to the end of the last. */
  readonly span: number;
  /** span / (calls x latency / in flight); absent at 0 ms. */
  readonly ratio?: number;
  readonly maxInFlight: number;
  /** Milliseconds of CPU per rollout, without the endpoint. */
  readonly worker: number;
  readonly server: number;
}

export async function measureOrchestration(latency: number): Promise<Orchestration> {
  const bench = await openBench({ latency, tasks: 2 * TASKS + 200 });
  const { endpoint } = bench;
  const words = (kind: string) => Array.from({ length: CANDIDATES }, (_, index) => `${kind}${index}`);
  try {
    // Once before: everything is loaded, compiled and connected.
    await bench.begin('warm-up');
    await bench.evaluate('warm-up', words('warm'), TASKS);
    await bench.begin('measured');
    const arrived = readSends(endpoint.log).length;
    const before = bench.cpu();
    await bench.evaluate('measured', words('now'), TASKS);
    const after = bench.cpu();
    const sends = readSends(endpoint.log).slice(arrived);
    const calls = sends.length;
    const span = sends.at(-1)!.at + latency - sends[0]!.at;
    return {
      calls,
      latency,
      span,
      ...(latency === 0 ? {} : { ratio: span / ((calls * latency) / IN_FLIGHT) }),
      maxInFlight: (await endpoint.counts()).maxInFlight,
      worker: (after.worker - before.worker) / calls,
      server: (after.server - before.server) / calls,
    };
  } finally {
    await bench.close();
  }
}
