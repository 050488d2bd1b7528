// What is wrong with a benchmark: every kind of problem once, with the places of the first few.

import { placeText, type Place } from '../records/record.js';

export interface Problem {
  /** Of the first: what, where, what to do. */
  readonly sentence: string;
  readonly count: number;
  /** Of the first few. */
  readonly places: readonly string[];
}

const PLACES = 10;
/** More kinds are one: every record is wrong in its own way. */
const KINDS = 50;

export class ProblemList {
  private readonly kinds = new Map<string, { readonly sentence: string; count: number; readonly places: string[] }>();

  /** @param where what the sentence has of its place: sentences that differ only in that are of one kind. */
  add(sentence: string, place: Place, where: string): void {
    const kind = sentence
      .replaceAll(where, '')
      .replaceAll(/"[^"]*" in|the same id "[^"]*"/g, '')
      .replaceAll(/(?:line|record) \d+/g, '');
    let entry = this.kinds.get(kind);
    if (entry === undefined) {
      if (this.kinds.size >= KINDS) return this.addTo([...this.kinds.values()].at(-1)!, place);
      entry = { sentence, count: 0, places: [] };
      this.kinds.set(kind, entry);
    }
    this.addTo(entry, place);
  }

  list(): readonly Problem[] {
    return [...this.kinds.values()];
  }

  private addTo(entry: { count: number; readonly places: string[] }, place: Place): void {
    entry.count++;
    if (entry.places.length < PLACES) entry.places.push(placeText(place));
  }
}
