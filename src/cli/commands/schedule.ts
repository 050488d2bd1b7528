// watersmeet schedule create|list|show|pause|unpause|trigger|delete

import path from 'node:path';
import pc from 'picocolors';
import { WatersmeetError } from '../../core/failures.js';
import { checkTiming, type ScheduleView } from '../../client/schedules.js';
import type { CommonOptions } from '../main.js';
import { print } from '../print.js';
import { load, openFolder } from '../project.js';

const HOST_NOTE = 'Schedules fire only while a host runs: keep `watersmeet worker` running on this machine.';

export async function create(id: string, options: CommonOptions & { readonly cron: string; readonly timeZone: string }): Promise<void> {
  const loaded = await load(options);
  const { file } = loaded;
  if (file === undefined) throw new WatersmeetError('input.invalid', 'A schedule needs a configuration file. Name it with --config.');
  checkTiming(options.cron, options.timeZone);
  await withSchedules(options, async (schedules) => {
    const view = await schedules.create({ id, cron: options.cron, timeZone: options.timeZone, configFile: path.resolve(file) });
    print(options, view, () => `${scheduleLines(view)}\n${HOST_NOTE}`);
  });
}

export async function list(options: CommonOptions): Promise<void> {
  await withSchedules(options, async (schedules) => {
    const views = await schedules.list();
    print(options, views, () => (views.length === 0 ? 'No schedules. `watersmeet schedule create` makes one.' : views.map(scheduleLines).join('\n\n')));
  });
}

export async function act(verb: 'show' | 'pause' | 'unpause' | 'trigger' | 'delete', id: string, options: CommonOptions): Promise<void> {
  await withSchedules(options, async (schedules) => {
    if (verb === 'show') {
      const view = await schedules.show(id);
      print(options, view, () => scheduleLines(view));
      return;
    }
    await schedules[verb](id);
    print(
      options,
      { schedule: id, done: verb },
      () =>
        ({
          pause: `${id} is paused.`,
          unpause: `${id} fires again. ${HOST_NOTE}`,
          trigger: `${id} was told to fire. ${HOST_NOTE}`,
          delete: `${id} is deleted; its runs are kept.`,
        })[verb],
    );
  });
}

async function withSchedules(options: CommonOptions, work: (schedules: Awaited<ReturnType<typeof openFolder>>['schedules']) => Promise<void>): Promise<void> {
  const watersmeet = await openFolder(options, { work: false });
  try {
    await work(watersmeet.schedules);
  } finally {
    await watersmeet.close();
  }
}

function scheduleLines(view: ScheduleView): string {
  const at = (time: number) => new Date(time).toISOString().slice(0, 16).replace('T', ' ');
  return [
    `${view.id}  ${view.cron.join(', ')} (${view.timeZone})${view.paused ? `  ${view.note ?? 'paused'}` : ''}`,
    `  next   ${view.paused || view.next.length === 0 ? '-' : `${view.next.map(at).join(', ')} UTC`}`,
    `  fired  ${view.recent.length === 0 ? 'never' : view.recent.map((run) => `${at(run.at)} ${run.workflowId}`).join(', ')}`,
    `  config ${view.configFile ?? ''}`,
    ...(view.problem === undefined ? [] : [`  ${pc.red('failed')} the last time it fired, no run was started: ${view.problem}`]),
  ].join('\n');
}
