// The tasks of a list. Equal tasks share one stored content, whatever their ids: the id is the reference's.

import type { Task, TaskReference } from '../core/task.js';
import type { Store } from '../store/store.js';

/** In the order of the references. */
export async function tasksOf(store: Store, references: readonly Pick<TaskReference, 'id' | 'hash'>[]): Promise<readonly Task[]> {
  const contents = await store.getTasks(references.map((reference) => reference.hash));
  return references.map((reference, index) => ({ ...contents[index]!, id: reference.id }));
}
