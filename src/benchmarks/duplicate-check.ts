// Ids that occur twice, and inputs that occur twice: the second would leak a test task into training.

import { WatersmeetError } from '../core/failures.js';
import type { Split, Task } from '../core/task.js';
import { HashIndex } from './hash-index.js';
import { placeText, type Place } from './record-source.js';
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

/** What is kept of a task. */
interface Seen {
  readonly place: Place;
  /** 48 bits of the hash of the expected answer, 0 for none. */
  readonly expected: number;
  readonly split: Split | undefined;
}

const SPLITS: readonly (Split | undefined)[] = [undefined, 'train', 'validation', 'test'];
/** Numbers kept of a task: line, record, hash of the expected answer, split. */
const KEPT = 4;

/** Remembers hashes only: about 120 bytes a task. */
export class DuplicateCheck {
  private readonly ids = new HashIndex();
  private readonly inputs = new HashIndex();
  private kept = new Float64Array(KEPT * 1024);
  private count = 0;
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

  /** @throws WatersmeetError 'input.invalid' for an id used twice, and for the same input with another answer or in another split. */
  check(task: Task, ownId: boolean, place: Place): DuplicateTask | undefined {
    const here = placeText(place);
    const where = `${this.source}, ${here}`;
    const inputHash = contentHash(task.input, where);
    const idHash = contentHash(task.id, where);
    const seen: Seen = { place, expected: task.expected === undefined ? 0 : contentHash(task.expected, where).readUIntLE(0, 6) + 1, split: task.split };
    const twinNumber = this.inputs.get(inputHash);
    const sameId = this.ids.get(idHash);
    const twin = twinNumber === undefined ? undefined : this.recall(twinNumber);
    const contradicts = twin !== undefined && twin.expected !== seen.expected;
    if (twin !== undefined) {
      const both = `${this.source}: ${placeText(twin.place)} and ${here} have the same input`;
      if (contradicts && !this.published)
        throw invalid(`${both}, but different expected answers. Remove one of them; if another field tells them apart, add it to benchmark.fields.input.`);
      if (twin.split !== seen.split) {
        throw invalid(
          `${both}, but different splits (${twin.split ?? 'none'} and ${seen.split ?? 'none'}): what is learned in one would leak into the other. Remove one of them.`,
        );
      }
    }
    // Ids made from the content are equal for twins.
    if (sameId !== undefined && ownId)
      throw invalid(`${this.source}: ${placeText(this.recall(sameId).place)} and ${here} have the same id "${task.id}". Give every task an id of its own.`);

    const leftOut = twin !== undefined && (task.split === undefined || sameId !== undefined || contradicts);
    if (!leftOut) {
      this.ids.set(idHash, this.count);
      if (twin === undefined) this.inputs.set(inputHash, this.count);
      this.remember(seen);
    }
    if (twin === undefined) return undefined;
    const sameAs = placeText(twin.place);
    return {
      place: here,
      sameAs,
      leftOut,
      sentence: `${this.source}: ${here} is the same task as ${sameAs}${contradicts ? ' with another answer' : ''}${leftOut ? ' and is left out' : ''}.`,
    };
  }

  private remember(seen: Seen): void {
    const start = KEPT * this.count++;
    if (start === this.kept.length) {
      const larger = new Float64Array(2 * start);
      larger.set(this.kept);
      this.kept = larger;
    }
    this.kept.set([seen.place.line ?? 0, seen.place.record ?? 0, seen.expected, SPLITS.indexOf(seen.split)], start);
  }

  private recall(number: number): Seen {
    const [line = 0, record = 0, expected = 0, split = 0] = this.kept.subarray(KEPT * number, KEPT * number + KEPT);
    return { place: { ...(line === 0 ? {} : { line }), ...(record === 0 ? {} : { record }) }, expected, split: SPLITS[split] };
  }
}

function invalid(message: string): WatersmeetError {
  return new WatersmeetError('input.invalid', message);
}
