// watersmeet resume

import { drive } from '../drive.js';
import type { CommonOptions } from '../main.js';
import { openFolder } from '../project.js';

export async function resume(id: string | undefined, options: CommonOptions & { readonly set: readonly string[] }): Promise<void> {
  const watersmeet = await openFolder(options);
  try {
    const run = await watersmeet.resume(id, { set: options.set });
    process.exitCode = await drive(watersmeet, run, options);
  } catch (error) {
    await watersmeet.close();
    throw error;
  }
}
