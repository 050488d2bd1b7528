// The benchmarks that Watersmeet knows by name. Their readers load large libraries only when they read.

import { WatersmeetError } from '../core/failures.js';
import { AGENTBENCH_DB } from './agentbench-db/agentbench-db.js';
import { ALFWORLD } from './alfworld/alfworld.js';
import { BANKING77 } from './banking77/banking77.js';
import { BBH } from './bbh/bbh.js';
import { BFCL } from './bfcl/bfcl.js';
import { FACILITY_SUPPORT } from './facility-support/facility-support.js';
import { FREIGHT_INVOICES } from './freight-invoices/freight-invoices.js';
import { GAIA } from './gaia/gaia.js';
import { GSM8K } from './gsm8k/gsm8k.js';
import { LOGISTICS_QA } from './logistics-qa/logistics-qa.js';
import type { KnownBenchmark } from './known-benchmark.js';
import { SROIE } from './sroie/sroie.js';
import { STRATEGYQA } from './strategyqa/strategyqa.js';
import { UBL } from './ubl/ubl.js';

export const KNOWN_BENCHMARKS: readonly KnownBenchmark[] = [
  AGENTBENCH_DB,
  ALFWORLD,
  BANKING77,
  BBH,
  BFCL,
  FACILITY_SUPPORT,
  FREIGHT_INVOICES,
  GAIA,
  GSM8K,
  LOGISTICS_QA,
  SROIE,
  STRATEGYQA,
  UBL,
];

/** @throws WatersmeetError 'input.invalid' if there is none of that name. */
export function knownBenchmark(name: string): KnownBenchmark {
  const known = KNOWN_BENCHMARKS.find((benchmark) => benchmark.name === name);
  if (known !== undefined) return known;
  throw new WatersmeetError('input.invalid', `There is no benchmark "${name}". Known are: ${KNOWN_BENCHMARKS.map((benchmark) => benchmark.name).join(', ')}.`);
}
