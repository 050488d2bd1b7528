#!/usr/bin/env node
// The command line. Only names and options are here: what a command does is loaded when it is called.

import { readFileSync } from 'node:fs';
import { Command, Option } from '@commander-js/extra-typings';
import { EXIT_CODES } from '../core/failures.js';

/** Options that every command has. */
export interface CommonOptions {
  readonly config: string;
  readonly json?: true;
}

const EXIT_CODES_HELP = `
Exit codes: ${EXIT_CODES.ok} done, ${EXIT_CODES.failure} failed, ${EXIT_CODES.usage} bad input (nothing was started), ${EXIT_CODES.waiting} the run waits for you,
${EXIT_CODES.cancelled} cancelled, ${EXIT_CODES.interrupted} interrupted (go on with \`watersmeet resume\`).`;

const json = process.argv.includes('--json');
const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string };

const program = new Command('watersmeet')
  .description('Makes LLM agents better, durably: divide the tasks, optimize every subset, merge in a tree, prove it.')
  .configureHelp({ sortSubcommands: false })
  .showSuggestionAfterError()
  .version(version, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .configureOutput({
    outputError: (text, write) => {
      const message = text.replace(/^error: /, '').trim();
      if (json) process.stdout.write(`${JSON.stringify({ error: { type: 'input.invalid', message, exitCode: EXIT_CODES.usage } })}\n`);
      else write(`error ${message}\n`);
    },
  })
  .addHelpText('after', `${EXIT_CODES_HELP}\n\nBegin with:\n  $ watersmeet init\n  $ watersmeet optimize`)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage));

/** Commands that print while they go on. */
const GOES_ON: ReadonlySet<string> = new Set(['optimize', 'resume', 'watch', 'worker']);

/** A command with the options all have, and an example in its help. */
function command(parent: Command, name: string, description: string, example: string) {
  return parent
    .command(name)
    .description(description)
    .option('-c, --config <path>', 'configuration file, or the folder it is in', '.')
    .option('--json', GOES_ON.has(name) ? 'print JSON: one object a line, the last with the result' : 'print JSON')
    .addHelpText('after', `\nExample:\n  $ watersmeet ${example}${GOES_ON.has(name) ? `\n${EXIT_CODES_HELP}` : ''}`);
}

const set = () =>
  new Option('--set <key=value>', 'set a value of the configuration, such as --set budget.money=5; may be given again')
    .argParser((value: string, before: string[] | undefined) => [...(before ?? []), value])
    .default([] as string[], 'none');
const model = () => new Option('--model <model>', 'the model: local, openai:<name>, or <base URL>#<name>');

command(program, 'init', 'write a working configuration and a small benchmark', 'init my-agent')
  .argument('[folder]', 'where to write', '.')
  .action(async (folder, options) => (await import('./commands/init.js')).init(folder, options));
command(program, 'optimize', 'start a run and watch it', 'optimize --dry-run')
  .addOption(model())
  .addOption(set())
  .option('--dry-run', 'print the plan with calls, tokens and cost; start nothing')
  .option('--from-champion', "begin with the project's champion instead of the configuration's modules")
  .option('-d, --detach', 'return when the run is started; another process has to be the host (`watersmeet worker`)')
  .action(async (options) => (await import('./commands/optimize.js')).optimize(options));
command(program, 'resume', 'go on with the newest unfinished run, or the one named', 'resume')
  .argument('[run]', 'id of the run, or how it begins')
  .addOption(set())
  .action(async (run, options) => (await import('./commands/resume.js')).resume(run, options));
command(program, 'status', 'how a run stands', 'status')
  .argument('[run]', 'id of the run; default: the newest')
  .action(async (run, options) => (await import('./commands/status.js')).status(run, options));
command(program, 'watch', 'watch a run that another process executes', 'watch')
  .argument('[run]', 'id of the run; default: the newest')
  .action(async (run, options) => (await import('./commands/watch.js')).watch(run, options));
command(program, 'runs', 'list the runs', 'runs').action(async (options) => (await import('./commands/runs.js')).runs(options));
command(program, 'show', "print a run's champion: its modules with the origin of every item", 'show')
  .argument('[run]', 'id of the run; default: the newest')
  .action(async (run, options) => (await import('./commands/show.js')).show(run, options));
command(program, 'diff', "what a run's champion changed", 'diff')
  .argument('[run]', 'id of the run; default: the newest')
  .action(async (run, options) => (await import('./commands/diff.js')).diff(run, options));
for (const verb of ['pause', 'unpause', 'cancel'] as const) {
  const does = { pause: 'start no new step and no new call of a run', unpause: 'go on with a paused run', cancel: 'end a run; what it recorded is kept' }[verb];
  command(program, verb, does, verb)
    .argument('[run]', 'id of the run; default: the newest unfinished')
    .action(async (run, options) => (await import('./commands/control.js')).control(verb, run, options));
}
command(program, 'report', 'write the report of a run: one HTML file', 'report --output report.html')
  .argument('[run]', 'id of the run; default: the newest')
  .option('-o, --output <file>', 'default: .watersmeet/reports/<run>.html')
  .action(async (run, options) => (await import('./commands/report.js')).report(run, options));
command(program, 'promote', "make a run's champion the project's champion", 'promote')
  .argument('[run]', 'id of the run; default: the newest')
  .option('--note <text>', 'why')
  .action(async (run, options) => (await import('./commands/champions.js')).promote(run, options));
command(program, 'rollback', 'go back to an earlier champion', 'rollback')
  .argument('[version]', 'default: the one before')
  .action(async (version, options) => (await import('./commands/champions.js')).rollback(version, options));
command(program, 'champions', "list the project's champions", 'champions').action(async (options) =>
  (await import('./commands/champions.js')).champions(options),
);

const benchmark = program
  .command('benchmark')
  .description('look at benchmarks: list, fetch, check, sample')
  .helpCommand(false)
  .addHelpText('after', '\nExample:\n  $ watersmeet benchmark check questions.csv');
const several = <const Flags extends string>(flags: Flags, description: string) =>
  new Option(flags, `${description}; may be given again`)
    .argParser((value: string, before: string[] | undefined) => [...(before ?? []), value])
    .default([] as string[], 'none');
const FIELD = 'which field is what, such as --field input=question,context; default: the configuration, or a guess';
command(benchmark, 'list', 'list the benchmarks that are known by name, and whether they are here', 'benchmark list').action(async (options) =>
  (await import('./commands/benchmark.js')).list(options),
);
command(benchmark, 'fetch', 'get the data of a known benchmark', 'benchmark fetch alfworld --from json_2.1.1.zip')
  .argument('<name>', 'name of the benchmark')
  .option('--from <path>', 'an archive or folder that is here already')
  .option('--to <folder>', 'where to put it; default: benchmarks/<name> beside the configuration')
  .addOption(several('--option <key=value>', 'for benchmarks that are made rather than fetched, such as --option invoices=500'))
  .action(async (name, options) => (await import('./commands/benchmark.js')).fetch(name, options));
command(
  benchmark,
  'check',
  'report schema, sizes, duplicates, leaks and labels of a benchmark; propose fields, splits and subsets',
  'benchmark check questions.csv',
)
  .argument('[benchmark]', "a file, a folder with a dataset, or the name of a known benchmark; default: the configuration's")
  .addOption(several('--field <part=name>', FIELD))
  .action(async (word, options) => (await import('./commands/benchmark.js')).check(word, options));
command(benchmark, 'sample', 'show some tasks as an agent sees them, or write them to a file', 'benchmark sample questions.csv -n 3 --seed 7')
  .argument('[benchmark]', "a file, a folder with a dataset, or the name of a known benchmark; default: the configuration's")
  .option('-n, --number <count>', 'how many', '5')
  .option('--seed <number>', 'another seed draws others', '0')
  .option('-o, --out <file>', 'write them there, as JSON lines')
  .option('--force', 'overwrite the file')
  .addOption(several('--field <part=name>', FIELD))
  .action(async (word, options) => (await import('./commands/benchmark.js')).sample(word, options));

const schedule = program
  .command('schedule')
  .description('re-optimize on a schedule, from the current champion')
  .helpCommand(false)
  .addHelpText('after', '\nExample:\n  $ watersmeet schedule create weekly --cron "0 3 * * 1"');
command(schedule, 'create', 'create a schedule', 'schedule create weekly --cron "0 3 * * 1" --time-zone Europe/Berlin')
  .argument('<id>', 'name of the schedule')
  .requiredOption('--cron <expression>', 'minute hour day-of-month month day-of-week')
  .option('--time-zone <zone>', 'of the IANA database', 'UTC')
  .action(async (id, options) => (await import('./commands/schedule.js')).create(id, options));
command(schedule, 'list', 'list the schedules', 'schedule list').action(async (options) => (await import('./commands/schedule.js')).list(options));
for (const verb of ['show', 'pause', 'unpause', 'trigger', 'delete'] as const) {
  const does = {
    show: 'when it fired and will fire',
    pause: 'fire no more until unpaused',
    unpause: 'fire again',
    trigger: 'fire now',
    delete: 'delete the schedule; runs stay',
  }[verb];
  command(schedule, verb, does, `schedule ${verb} weekly`)
    .argument('<id>', 'name of the schedule')
    .action(async (id, options) => (await import('./commands/schedule.js')).act(verb, id, options));
}

command(program, 'doctor', 'what is found on this machine, and how to mend what is not', 'doctor').action(async (options) =>
  (await import('./commands/doctor.js')).doctor(options),
);
command(program, 'worker', 'be the host: execute runs and fire schedules until Ctrl-C', 'worker').action(async (options) =>
  (await import('./commands/worker.js')).worker(options),
);

// The reader of a pipe may leave early (`| head`): what executes runs then stops as when its terminal is closed.
let readerLeft = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(EXIT_CODES.failure);
    if (!readerLeft && !process.emit('SIGHUP', 'SIGHUP')) process.exit(EXIT_CODES.ok);
    readerLeft = true;
  });
}
// Our own warnings are told like everything else; Node's are for developers.
process.removeAllListeners('warning').on('warning', ({ name, message }) => {
  if (name === 'Warning' && !json) void import('./terminal.js').then(({ tell }) => tell(`note ${message}`));
});

try {
  await program.parseAsync();
} catch (error) {
  const { reportError } = await import('./errors.js');
  process.exitCode = reportError(error, json);
}
