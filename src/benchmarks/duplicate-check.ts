// Ids that occur twice, and inputs that occur twice: the second would leak a test task into training.

import type { Task } from '../core/task.js';
import { HashIndex } from './hash-index.js';
import { PlaceList, type PlacedTask } from './place-list.js';
import { invalid, placeText, type Place } from './records/record.js';
import { contentHash } from './task-from-record.js';

/** The same task twice: not an error, but worth telling. */
export interface DuplicateTask {
  /** As in `line 7`. */
  readonly place: string;
  readonly sameAs: string;
  /**
   * Left out, because it has no split of its own: by the hash of its id it might fall into another split than its twin. With given splits
   * (equal, else it is an error) it is kept: the benchmark's author counts it twice.
   */
  readonly leftOut: boolean;
  readonly sentence: string;
}

/** Two tasks that may not be two. */
export interface Twins {
  /** Only the same task twice is no error. */
  readonly kind: 'same-task' | 'other-answer' | 'other-split' | 'same-id';
  readonly first: Place;
  readonly second: Place;
  /** As of `DuplicateTask`. */
  readonly leftOut: boolean;
  readonly sentence: string;
}

/** Remembers hashes only: 50 to 80 bytes a task. */
export class DuplicateCheck {
  private readonly ids = new HashIndex();
  private readonly inputs = new HashIndex();
  /** Marked with 31 bits of the hash of the expected answer, 0 for none. */
  private readonly seen = new PlaceList();
  private readonly source: string;
  private readonly published: boolean;

  /**
   * @param source the file's name, for messages.
   * @param published whether the benchmark is somebody else's: of two answers to the same input the second is then left out, not refused.
   */
  constructor(source: string, published = false) {
    this.source = source;
    this.published = published;
  }

  /** Tasks that are remembered: their numbers are from 0 to one less. */
  get size(): number {
    return this.seen.size;
  }

  /** Where a remembered task stands, and its split. */
  at(number: number): Pick<PlacedTask, 'place' | 'split'> {
    return this.seen.get(number);
  }

  /** @throws WatersmeetError 'input.invalid' for an id used twice, and for the same input with another answer or in another split. */
  check(task: Task, ownId: boolean, place: Place): DuplicateTask | undefined {
    const twins = this.look(task, ownId, place);
    if (twins === undefined) return undefined;
    const { kind, first, leftOut, sentence } = twins;
    if (kind !== 'same-task') throw invalid(sentence);
    return { place: placeText(place), sameAs: placeText(first), leftOut, sentence };
  }

  /** The task before this one that it should not be beside; the worst that is wrong. */
  look(task: Task, ownId: boolean, place: Place): Twins | undefined {
    const where = `${this.source}, ${placeText(place)}`;
    const inputHash = contentHash(task.input, where);
    const idHash = contentHash(task.id, where);
    const mark = task.expected === undefined ? 0 : (contentHash(task.expected, where).readUInt32LE(0) >>> 1) + 1;
    const seen: PlacedTask = { place, split: task.split, mark };
    const twinNumber = this.inputs.get(inputHash);
    const sameId = this.ids.get(idHash);
    const twin = twinNumber === undefined ? undefined : this.seen.get(twinNumber);
    const leftOut = twin !== undefined && (task.split === undefined || sameId !== undefined || twin.mark !== seen.mark);
    const found = this.compare(task, seen, twin, sameId !== undefined && ownId ? this.seen.get(sameId) : undefined, leftOut);
    if (!leftOut && found?.kind !== 'same-id') {
      this.ids.set(idHash, this.seen.size);
      if (twin === undefined) this.inputs.set(inputHash, this.seen.size);
      this.seen.add(place, task.split, mark);
    }
    return found;
  }

  /** Ids made from the content are equal for twins: `sameId` is for ids of the user's own. */
  private compare(task: Task, seen: PlacedTask, twin: PlacedTask | undefined, sameId: PlacedTask | undefined, leftOut: boolean): Twins | undefined {
    const here = placeText(seen.place);
    const found = (kind: Twins['kind'], first: Place, sentence: string): Twins => ({ kind, first, second: seen.place, leftOut, sentence });
    const contradicts = twin !== undefined && twin.mark !== seen.mark;
    if (twin !== undefined) {
      const both = `${this.source}: ${placeText(twin.place)} and ${here} have the same input`;
      if (contradicts && !this.published) {
        const advice = 'Remove one of them; if another field tells them apart, add it to benchmark.fields.input.';
        return found('other-answer', twin.place, `${both}, but different expected answers. ${advice}`);
      }
      if (twin.split !== seen.split) {
        const splits = `${twin.split ?? 'none'} and ${seen.split ?? 'none'}`;
        return found(
          'other-split',
          twin.place,
          `${both}, but different splits (${splits}): what is learned in one would leak into the other. Remove one of them.`,
        );
      }
    }
    if (sameId !== undefined) {
      const sentence = `${this.source}: ${placeText(sameId.place)} and ${here} have the same id "${task.id}". Give every task an id of its own.`;
      return found('same-id', sameId.place, sentence);
    }
    if (twin === undefined) return undefined;
    const first = placeText(twin.place);
    const same = contradicts ? `has the input of ${first} and another answer` : `is the same task as ${first}`;
    return found('same-task', twin.place, `${this.source}: ${here} ${same}${leftOut ? (contradicts ? ', and is left out' : ' and is left out') : ''}.`);
  }
}
