// What orchestration costs: an evaluation of 3 candidates on 1,000 tasks, on a warm engine; the median of three.

import { readSends } from '../../test/support/start-fake-endpoint.js';
import { IN_FLIGHT, openBench } from './evaluations.js';

const CANDIDATES = 3;
const TASKS = 1_000;
const ROUNDS = 3;

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
    const rounds: Omit<Orchestration, 'latency' | 'maxInFlight'>[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const arrived = readSends(endpoint.log).length;
      const before = bench.cpu();
      await bench.evaluate(`measured-${round}`, words(`now${round}x`), TASKS);
      const after = bench.cpu();
      const sends = readSends(endpoint.log).slice(arrived);
      const calls = sends.length;
      const span = sends.at(-1)!.at + latency - sends[0]!.at;
      rounds.push({
        calls,
        span,
        ...(latency === 0 ? {} : { ratio: span / ((calls * latency) / IN_FLIGHT) }),
        worker: (after.worker - before.worker) / calls,
        server: (after.server - before.server) / calls,
      });
    }
    // What else the machine does comes and goes: the round in the middle, by what is measured.
    const weight = (round: (typeof rounds)[number]) => round.ratio ?? round.worker + round.server;
    const middle = rounds.toSorted((left, right) => weight(left) - weight(right))[Math.floor(ROUNDS / 2)]!;
    return { ...middle, latency, maxInFlight: (await endpoint.counts()).maxInFlight };
  } finally {
    await bench.close();
  }
}
