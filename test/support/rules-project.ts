// A made-up project for whole runs: messages with one telling word each; the label follows from the word. The fake
// endpoint's classifier (a simulation) can learn it, so that divide, optimize and merge have something to do.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { randomStream } from '../../src/core/random.js';

const LABELS: Readonly<Record<string, readonly string[]>> = {
  quote: ['quotation', 'tariffsheet', 'pricelisting', 'estimatecost'],
  tracking: ['whereabouts', 'containerstatus', 'vesselposition', 'arrivalnotice'],
  customs: ['customspaper', 'declaration', 'certificateorigin', 'brokerform'],
  claim: ['damagedcargo', 'brokenpallet', 'watermarks', 'missingcartons'],
};
const FILLER = ['please', 'could', 'you', 'send', 'about', 'our', 'last', 'order', 'to', 'port', 'with', 'team', 'today', 'thanks'];

export interface RulesProjectOptions {
  readonly baseURL: string;
  readonly tasks?: number;
  /** Instead of the made-up messages. */
  readonly records?: readonly object[];
  /** Over the settings below. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Over the model's. */
  readonly model?: Readonly<Record<string, unknown>>;
  /** Source text of further members of the default export (functions): the configuration is a module then, not JSON. */
  readonly code?: string;
}

export interface RulesProject {
  readonly folder: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Writes a project folder with a benchmark and a configuration. */
export function writeRulesProject(folder: string, options: RulesProjectOptions): RulesProject {
  mkdirSync(folder, { recursive: true });
  const random = randomStream(7, 'rules-project', 'tasks');
  const keywords = Object.entries(LABELS).flatMap(([label, words]) => words.map((word) => ({ label, word })));
  const lines = Array.from({ length: options.tasks ?? 160 }, (_, index) => {
    const { label, word } = keywords[index % keywords.length]!;
    const filler = random.sample(FILLER, 5);
    return JSON.stringify({
      id: `t${String(index).padStart(5, '0')}`,
      input: `${filler.slice(0, 2).join(' ')} ${word} ${filler.slice(2).join(' ')} no ${index}`,
      expected: label,
      category: label,
    });
  });
  writeFileSync(path.join(folder, 'tasks.jsonl'), `${(options.records?.map((record) => JSON.stringify(record)) ?? lines).join('\n')}\n`);
  const config = {
    project: 'rules',
    benchmark: { file: 'tasks.jsonl', splits: { train: 0.5, validation: 0.3, test: 0.2 } },
    agent: { kind: 'chat', system: 'Name the intent of the message.\n{{rules}}', user: '{{input}}' },
    modules: { rules: { kind: 'playbook', items: [], maxTokens: 2000 } },
    scorer: 'normalised',
    model: { model: 'fake', baseURL: options.baseURL, contextTokens: 16000, maxTokens: 1000, temperature: 0, concurrency: 32, ...options.model },
    subset: { size: 16 },
    optimize: { epochs: 3 },
    gate: { tolerance: 'none' },
    merge: { pool: 24, model: false },
    repair: { rounds: 2, tasks: 8 },
    ...options.set,
  };
  const text = JSON.stringify(config, null, 2);
  if (options.code === undefined) writeFileSync(path.join(folder, 'watersmeet.config.json'), `${text}\n`);
  else writeFileSync(path.join(folder, 'watersmeet.config.mjs'), `export default {\n...${text},\n${options.code}\n};\n`);
  return { folder, config };
}
