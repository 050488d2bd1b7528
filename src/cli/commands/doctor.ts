// watersmeet doctor: what is found on this machine and in this project, and how to mend what is not. Changes and fetches nothing.

import { existsSync } from 'node:fs';
import path from 'node:path';
import pc from 'picocolors';
import { findConfig, loadConfig } from '../../config/load-config.js';
import type { LoadedConfig } from '../../config/resolve-config.js';
import { EXIT_CODES } from '../../core/failures.js';
import { cacheFolder } from '../../downloads/cache-folder.js';
import { sizeOfFile } from '../../downloads/files.js';
import { findLocalModel, LOCAL_MODEL_DOWNLOAD_BYTES } from '../../downloads/local-model.js';
import { findTemporalCli, temporalDownloadBytes } from '../../downloads/temporal-cli.js';
import { acquireHostLock } from '../../store/host-lock.js';
import { STORE_VERSION } from '../../store/sqlite/migrations.js';
import { openStore } from '../../store/sqlite/open-store.js';
import { openEngine } from '../../workers/engine.js';
import { checkEndpoint, distinctModels, freeBytesOf, LEAST_FREE_BYTES } from '../../workers/preflight.js';
import { packageVersion } from '../../workers/prepare-run.js';
import { readTasks } from '../../workers/read-tasks.js';
import { freePort } from '../../workers/processes.js';
import { readEngineFile } from '../../workers/temporal-server.js';
import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { wrapText } from '../views/lines.js';
import { fewNotes } from '../views/notes.js';
import { count, counted } from '../views/numbers.js';
import { reasonIn } from '../../core/sentences.js';

interface Finding {
  readonly name: string;
  /** `problem`: it stops a run. */
  readonly state: 'ok' | 'note' | 'problem';
  /** What was found and, where something is to be done, what. */
  readonly found: string;
}

const ENDPOINT_SECONDS = 3;
const FOUND_COLUMN = 23;
const LEAST_COLUMNS = 40;
const LEAST_NODE = [20, 19] as const;

export async function doctor(options: CommonOptions): Promise<void> {
  const configuration = await checkConfiguration(options);
  const { loaded } = configuration;
  const folder = loaded?.projectFolder ?? path.join(path.resolve(options.config), '.watersmeet');
  const findings = [
    ...(await guarded('node', checkNode)),
    ...(await guarded('temporal', () => checkTemporal(loaded, folder))),
    ...(await guarded('loopback', checkLoopback)),
    ...configuration.findings,
    ...(loaded === undefined ? [] : await guarded('benchmark', () => checkBenchmark(loaded))),
    ...(
      await Promise.all(
        loaded === undefined
          ? [guarded('model', checkLocalModel)]
          : distinctModels(loaded).map((model) => guarded('model', () => (model.endpoint === 'local' ? checkLocalModel() : checkRemoteModel(model)))),
      )
    ).flat(),
    ...(await guarded('store', () => checkStore(folder))),
    ...(await guarded('host', () => checkHost(folder))),
    ...(await guarded('disk', () => checkDisk([folder, cacheFolder(process.env)]))),
  ];
  const problems = findings.filter((finding) => finding.state === 'problem').length;
  print(options, { version: await packageVersion(), healthy: problems === 0, findings }, (columns) => lines(findings, problems, columns));
  process.exitCode = problems === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
}

function lines(findings: readonly Finding[], problems: number, columns: number | undefined): string {
  const colour = { ok: pc.green, note: pc.yellow, problem: pc.red };
  const shown = findings.map(({ name, state, found }) => {
    // On a terminal what was found stands in a column of its own.
    const words =
      columns === undefined ? found : wrapText(found, Math.max(LEAST_COLUMNS, columns - FOUND_COLUMN)).replaceAll('\n', `\n${' '.repeat(FOUND_COLUMN)}`);
    return `${colour[state](state.padEnd(8))} ${name.padEnd(13)} ${words}`;
  });
  return [...shown, '', problems === 0 ? 'Nothing stops a run.' : `${problems === 1 ? 'One problem stops' : `${problems} problems stop`} a run.`].join('\n');
}

/** A check that throws has found a problem. */
async function guarded(name: string, check: () => Finding | readonly Finding[] | Promise<Finding | readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    const found = await check();
    return 'name' in found ? [found] : found;
  } catch (error) {
    return [{ name, state: 'problem', found: error instanceof Error ? error.message : String(error) }];
  }
}

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  const enough = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  return {
    name: 'node',
    state: enough ? 'ok' : 'problem',
    found: enough ? process.version : `${process.version} is too old: install Node ${LEAST_NODE.join('.')} or newer.`,
  };
}

async function checkTemporal(loaded: LoadedConfig | undefined, folder: string): Promise<Finding> {
  const name = 'temporal';
  const engine = loaded?.engine ?? {};
  const cluster = engine.address ?? engine.profile ?? process.env['TEMPORAL_ADDRESS'] ?? process.env['TEMPORAL_PROFILE'];
  if (cluster !== undefined) {
    // Only a host starts a server: without the lock nothing is started here.
    const opened = await openEngine({ folder, ...engine, temporal: () => Promise.reject(new Error('The doctor starts no server.')) }, false);
    await opened.close();
    return { name, state: 'ok', found: `the cluster at ${opened.address} answers (namespace ${opened.namespace})` };
  }
  const passedOver: string[] = [];
  const cli = await findTemporalCli({ onProgress: (sentence) => passedOver.push(sentence) });
  if (cli !== undefined)
    return {
      name,
      state: 'ok',
      found: `${cli.version} (server ${cli.serverVersion}), ${cli.path}${{ environment: ' from TEMPORAL_CLI', path: ' on the PATH', cache: '', wheel: '' }[cli.source]}`,
    };
  const bytes = temporalDownloadBytes();
  if (bytes === undefined)
    return {
      name,
      state: 'problem',
      found: `no temporal program was found, and none is pinned for ${process.platform}-${process.arch}. Install one (https://docs.temporal.io/cli) and set TEMPORAL_CLI to its path.`,
    };
  return {
    name,
    state: 'note',
    found: [...passedOver, `not here yet: the first run fetches it (${megabytes(bytes)}), or set TEMPORAL_CLI to the path of one.`].join(' '),
  };
}

async function checkLoopback(): Promise<Finding> {
  const name = 'loopback';
  try {
    await freePort();
    return { name, state: 'ok', found: 'ports of 127.0.0.1 can be opened' };
  } catch (error) {
    return {
      name,
      state: 'problem',
      found: `no port of 127.0.0.1 can be opened (${reasonIn(error)}): the Temporal server and the local model need one. Allow it in the sandbox or firewall.`,
    };
  }
}

async function checkConfiguration(options: CommonOptions): Promise<{ readonly loaded?: LoadedConfig; readonly findings: readonly Finding[] }> {
  const name = 'configuration';
  let file: string;
  try {
    file = findConfig(options.config);
  } catch (error) {
    // An empty folder is where everybody begins; a path that was named has to be there.
    return { findings: [{ name, state: options.config === '.' ? 'note' : 'problem', found: (error as Error).message }] };
  }
  try {
    const loaded = await loadConfig(file);
    const given = loaded.values.filter((value) => value.origin === 'config').length;
    return {
      loaded,
      findings: [
        {
          name,
          state: 'ok',
          found: `${file}: project ${loaded.settings.project}, ${counted(given, 'value')} from the file, ${counted(loaded.values.length - given, 'default')}`,
        },
      ],
    };
  } catch (error) {
    return { findings: [{ name, state: 'problem', found: error instanceof Error ? error.message : String(error) }] };
  }
}

async function checkBenchmark(loaded: LoadedConfig): Promise<Finding> {
  const { counts, warnings } = await readTasks(loaded);
  return {
    name: 'benchmark',
    state: warnings.length === 0 ? 'ok' : 'note',
    found: `train ${count(counts.train)}, select ${count(counts.select)}, confirm ${count(counts.confirm)}, test ${count(counts.test)} tasks${fewNotes(warnings)
      .map((note) => `. ${note}`)
      .join('')}`,
  };
}

async function checkLocalModel(): Promise<Finding> {
  const name = 'local model';
  const files = await findLocalModel();
  if (files === undefined)
    return { name, state: 'note', found: `not here yet: the first run that uses it fetches it (${megabytes(LOCAL_MODEL_DOWNLOAD_BYTES)}).` };
  return { name, state: 'ok', found: `${files.weightsPath} (${megabytes((await sizeOfFile(files.weightsPath)) ?? 0)})` };
}

async function checkRemoteModel(model: ReturnType<typeof distinctModels>[number]): Promise<readonly Finding[]> {
  const { apiKeyVariable, endpoint } = model;
  const set = apiKeyVariable === undefined || (process.env[apiKeyVariable] ?? '') !== '';
  const key: readonly Finding[] =
    apiKeyVariable === undefined
      ? []
      : [
          {
            name: 'key',
            state: set ? 'ok' : 'problem',
            found: set
              ? `${apiKeyVariable} is set`
              : `${apiKeyVariable} is not set: it should hold the key for ${endpoint}. Set it: export ${apiKeyVariable}=...`,
          },
        ];
  if (!set) return key;
  const found = await guarded('model', async () => {
    const words = await checkEndpoint(model, process.env, ENDPOINT_SECONDS);
    return { name: 'model', state: words.startsWith('did not') ? 'note' : 'ok', found: `${endpoint} ${words}` };
  });
  return [...key, ...found];
}

async function checkStore(folder: string): Promise<Finding> {
  const name = 'store';
  const file = path.join(folder, 'store.db');
  const bytes = await sizeOfFile(file);
  if (bytes === undefined) return { name, state: 'ok', found: `none yet: the first run makes ${file}` };
  const store = await openStore({ folder, readOnly: true });
  try {
    const runs = await store.listRuns();
    const unfinished = runs.find((run) => run.status !== 'completed' && run.status !== 'cancelled');
    const found = `${file}: version ${STORE_VERSION}, ${megabytes(bytes)}, ${counted(runs.length, 'run')}`;
    return unfinished === undefined
      ? { name, state: 'ok', found }
      : { name, state: 'note', found: `${found}; ${unfinished.id} is ${unfinished.status}: \`watersmeet resume\` goes on with it.` };
  } finally {
    await store.close();
  }
}

async function checkHost(folder: string): Promise<Finding> {
  const name = 'host';
  if (!existsSync(folder)) return { name, state: 'ok', found: 'nobody works in this folder' };
  const [lock, engine] = [await acquireHostLock(folder), await readEngineFile(folder)];
  lock?.release();
  const server = engine === undefined ? '' : ` Its Temporal server is ${engine.address} (process ${engine.pid}).`;
  return {
    name,
    state: 'ok',
    found: lock === undefined ? `another process works in this folder; others attach to it.${server}` : 'nobody works in this folder',
  };
}

/** Of each disk once: as much is free on the same. */
async function checkDisk(folders: readonly string[]): Promise<readonly Finding[]> {
  const free = new Map<string, readonly [bytes: number, folder: string]>();
  for (const folder of folders) {
    const bytes = await freeBytesOf(folder);
    if (!free.has(megabytes(bytes))) free.set(megabytes(bytes), [bytes, folder]);
  }
  return [...free.values()].map(([bytes, folder]) => {
    const enough = bytes >= LEAST_FREE_BYTES;
    return {
      name: 'disk',
      state: enough ? 'ok' : 'problem',
      found: `${megabytes(bytes)} free for ${folder}${enough ? '' : `: a run needs ${megabytes(LEAST_FREE_BYTES)}. Free some space, or set \`folder\` in the configuration to another disk.`}`,
    };
  });
}

function megabytes(bytes: number): string {
  return bytes >= 10_000_000_000
    ? `${count(bytes / 1_000_000_000)} GB`
    : bytes >= 10_000_000
      ? `${count(bytes / 1_000_000)} MB`
      : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
