// The import rules of docs/architecture.md, checked on the compiled output.

/** A folder of src and what it may import: folders of src, and packages by pattern ('*' means any). */
const FOLDERS = {
  core: { folders: [], packages: ['pure-rand', 'simple-statistics'] },
  prompts: { folders: ['core'], packages: [] },
  workflows: { folders: ['core'], packages: ['@temporalio/workflow'] },
  activities: { folders: ['core', 'prompts', 'agents', 'benchmarks', 'models', 'store'], packages: ['@temporalio/activity', 'openai', 'zod', 'jsonrepair'], node: true },
  agents: { folders: ['core', 'models', 'store'], packages: ['*'], node: true },
  benchmarks: { folders: ['core', 'prompts', 'agents', 'models', 'store', 'downloads'], packages: ['*'], node: true },
  models: { folders: ['core', 'store'], packages: ['*'], node: true },
  store: { folders: ['core'], packages: ['*'], node: true },
  downloads: { folders: ['core'], packages: ['*'], node: true },
  config: { folders: ['core', 'agents', 'benchmarks', 'store'], packages: ['*'], node: true },
  client: { folders: ['core', 'store'], packages: ['@temporalio/client', '@temporalio/common'], node: true },
  workers: { folders: ['core', 'prompts', 'activities', 'agents', 'benchmarks', 'models', 'store', 'downloads', 'config', 'client'], packages: ['*'], node: true },
  web: { folders: ['core', 'client', 'config', 'store'], packages: ['*'], node: true },
  cli: { folders: ['core', 'client', 'config', 'store', 'workers', 'web', 'downloads'], packages: ['*'], node: true },
};

const forbidden = [
  { name: 'no-cycles', severity: 'error', from: { path: '^dist/src' }, to: { circular: true } },
  { name: 'nobody-imports-cli', severity: 'error', from: { pathNot: '^dist/(src/cli/|test/)' }, to: { path: '^dist/src/cli/' } },
];
for (const [folder, allowed] of Object.entries(FOLDERS)) {
  const others = Object.keys(FOLDERS).filter((other) => other !== folder && !allowed.folders.includes(other));
  forbidden.push({ name: `${folder}-folders`, severity: 'error', from: { path: `^dist/src/${folder}/` }, to: { path: `^dist/src/(${others.join('|')})/` } });
  if (!allowed.packages.includes('*')) {
    const packages = allowed.packages.map((name) => `node_modules/${name}(/|$)`);
    forbidden.push({ name: `${folder}-packages`, severity: 'error', from: { path: `^dist/src/${folder}/` }, to: { path: 'node_modules', ...(packages.length === 0 ? {} : { pathNot: packages }) } });
  }
  if (allowed.node !== true) forbidden.push({ name: `${folder}-no-node`, severity: 'error', from: { path: `^dist/src/${folder}/` }, to: { dependencyTypes: ['core'] } });
}

module.exports = {
  forbidden,
  options: { doNotFollow: { path: 'node_modules' }, exclude: { path: 'workflow-bundle|[.]d[.]ts$' }, enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] } },
};
