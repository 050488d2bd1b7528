// The modules of a candidate as an agent reads them. Item ids are not shown: a candidate's hash does not cover them.

import type { Item, Module } from './module.js';

/** Texts by module name. */
export function modulesAsText(modules: readonly Module[]): Readonly<Record<string, string>> {
  return Object.fromEntries(modules.map((module) => [module.name, moduleAsText(module)]));
}

/** Instructions as they are, a playbook as a list of `- text` lines, demos as `Input: ...` and `Output: ...` blocks. */
export function moduleAsText(module: Module): string {
  switch (module.kind) {
    case 'instructions':
      return module.text;
    case 'playbook':
      return module.items.map((item) => `- ${item.text.trim().replaceAll('\n', '\n  ')}`).join('\n');
    case 'demos':
      return module.items.map(demoAsText).join('\n\n');
  }
}

function demoAsText(item: Item): string {
  return `Input: ${item.text}\nOutput: ${item.answer ?? ''}`;
}
