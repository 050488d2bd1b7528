// Asks for an endless statement, and tells the id of the process that runs it.

import { SqlRunner } from '../../../src/benchmarks/agentbench-db/sql-runner.js';

const TABLE = { name: 't', columns: ['a'], rows: [] };
const runner = new SqlRunner(500);
await runner.run(TABLE, ['SELECT 1'], 1);
void runner.run(TABLE, ['WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c'], 1);
process.send?.(runner.processId);
