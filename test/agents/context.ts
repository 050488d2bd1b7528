// The context of one attempt, for tests.

import type { AgentContext } from '../../src/agents/agent.js';
import { modulesAsText } from '../../src/core/modules-as-text.js';
import type { Module } from '../../src/core/module.js';
import type { Task } from '../../src/core/task.js';
import { fakeSession, type FakeSession } from './fake-session.js';

export function contextFor(
  options: { readonly task?: Omit<Task, 'expected'>; readonly modules?: readonly Module[]; readonly session?: FakeSession; readonly signal?: AbortSignal } = {},
): AgentContext {
  const session = options.session ?? fakeSession(() => 'an answer');
  const modules = options.modules ?? [];
  return {
    task: options.task ?? { id: 't1', input: 'a question' },
    modules: Object.fromEntries(modules.map((module) => [module.name, module])),
    texts: modulesAsText(modules),
    openai: session.openai,
    model: session.settings,
    environment: () => {
      throw new Error('This test has no environment.');
    },
    signal: options.signal ?? new AbortController().signal,
    waited: () => session.waited(),
    now: () => 0,
    random: () => 0.5,
  };
}
