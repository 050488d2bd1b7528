// The machine's shape, and what its processes use. Linux only where it reads /proc.

import { mkdtempSync, readFileSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os';
import path from 'node:path';

export function machineShape(): string {
  const cores = cpus();
  return `${type()} ${release()}, ${cores.length} x ${cores[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, node ${process.versions.node}, load ${loadavg()[0]!.toFixed(1)}`;
}

/** An empty folder of its own. */
export function scratchFolder(name: string): string {
  return mkdtempSync(path.join(tmpdir(), `watersmeet-bench-${name}-`));
}

/** User and system time since the process began. The kernel counts in hundredths of a second. */
export function cpuMillisecondsOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Resident memory now and at most, bytes. */
export function memoryOf(pid: number): { readonly now: number; readonly most: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1_024;
  return { now: read('VmRSS'), most: read('VmHWM') };
}
