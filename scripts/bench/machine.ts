// The machine's shape, and what its processes use. Linux only where it reads /proc.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

/** Removes what scratchFolder gave. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** User and system time since the process began. The kernel counts in hundredths of a second. */
export function cpuMillisecondsOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Resident memory at most since the process began, bytes; 0 when it is gone. */
export function memoryOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}
