// Invented suppliers of transport, each with its habits: where it writes the references of its transports, in which form, and what else it writes.

import { randomStream, type RandomStream } from '../../core/random.js';
import { LABELS, PLACES, type Place, type PlaceKind } from './places.js';

/** Letters stand for themselves, `#` for a digit, `@` for a capital. */
export type NumberForm = string;

/** A number of something else: often of the very form of the references. */
export interface Distractor {
  readonly place: Place;
  readonly form: NumberForm;
}

export interface Supplier {
  readonly name: string;
  readonly country: Country;
  readonly city: string;
  readonly taxNumber: string;
  readonly form: NumberForm;
  /** Where its references stand; with two, the second is for what goes by air or sea. */
  readonly habits: readonly Place[];
  readonly distractors: readonly Distractor[];
  /** Prefixes of the two common namespaces, and whether the XML is indented. */
  readonly prefixes: readonly [aggregate: string, basic: string];
  readonly indented: boolean;
  readonly attaches: boolean;
}

export interface Country {
  readonly code: string;
  readonly currency: string;
  readonly taxForm: NumberForm;
  readonly taxPercent: number;
  readonly cities: readonly string[];
  readonly kinds: readonly string[];
}

export const COUNTRIES: readonly Country[] = [
  { code: 'DE', currency: 'EUR', taxForm: 'DE#########', taxPercent: 19, cities: ['Hamburg', 'Bremen', 'Duisburg'], kinds: ['Spedition GmbH', 'Fracht GmbH'] },
  { code: 'NL', currency: 'EUR', taxForm: 'NL#########B01', taxPercent: 21, cities: ['Rotterdam', 'Venlo'], kinds: ['Transport B.V.', 'Forwarding B.V.'] },
  { code: 'FR', currency: 'EUR', taxForm: 'FR###########', taxPercent: 20, cities: ['Lyon', 'Le Havre'], kinds: ['Transports SARL', 'Fret SAS'] },
  { code: 'DK', currency: 'DKK', taxForm: 'DK########', taxPercent: 25, cities: ['Aarhus', 'Padborg'], kinds: ['Spedition A/S', 'Fragt ApS'] },
  { code: 'PL', currency: 'PLN', taxForm: 'PL##########', taxPercent: 23, cities: ['Gdynia', 'Poznan'], kinds: ['Logistyka Sp. z o.o.', 'Transport S.A.'] },
  { code: 'IT', currency: 'EUR', taxForm: 'IT###########', taxPercent: 22, cities: ['Genova', 'Verona'], kinds: ['Trasporti S.r.l.', 'Spedizioni S.p.A.'] },
  { code: 'SE', currency: 'SEK', taxForm: 'SE##########01', taxPercent: 25, cities: ['Gothenburg', 'Malmo'], kinds: ['Frakt AB', 'Logistik AB'] },
  { code: 'GB', currency: 'GBP', taxForm: 'GB#########', taxPercent: 20, cities: ['Felixstowe', 'Leeds'], kinds: ['Freight Ltd', 'Haulage Ltd'] },
];

/** No known firm of transport is meant by any. */
const NAMES =
  'Aldermoor Brisklund Carvantes Dunswick Eldheim Farrowby Grenvold Hollmere Isandal Jorvaland Kestering Lindqvara Marlowen Nordvaal Ostrander Pellworth Quarnstedt Ravensby Sommerlund Tarnwick Ulvestad Vandermoor Westerhal Yarrowdale Zellendorp Ambershaw Birkendal Corvale Dravenport Estermark'.split(
    ' ',
  );

const FORMS: readonly NumberForm[] = [
  'S########',
  '4#########',
  'TR-26-######',
  '@@@/####/26',
  '020-########',
  'T26#####',
  'HL#######@',
  '88######-##',
  '@@##-#####',
  'F.####.###',
];
const ORDER_FORMS: readonly NumberForm[] = ['PO-######', '45########', 'B/####/26', 'O#######'];

const CONTAINER: NumberForm = '@@@U#######';

/** @param number from 0. The same arguments give the same supplier. */
export function makeSupplier(seed: number, number: number): Supplier {
  const random = randomStream(seed, `freight-invoices/supplier/${number}`, 'habits');
  const country = random.choose(COUNTRIES);
  // In seeded order, so that two seeds have different suppliers; doubled names when there are more.
  const names = randomStream(seed, 'freight-invoices', 'names').shuffle(NAMES);
  const first = names[number % names.length]!;
  const name = number < names.length ? first : `${first} & ${names[(number + Math.floor(number / names.length) * 7) % names.length]!}`;
  const form = random.choose(FORMS);
  const taken = new Set<string>();
  const kinds = random.shuffle(Object.keys(PLACES) as PlaceKind[]);
  const habits = kinds.slice(0, number % 5 === 4 ? 2 : 1).map((kind) => takePlace(kind, 'reference', random, taken));
  // What is elsewhere; half of the time also of the very kind of place that holds the reference, under another label.
  const elsewhere = kinds.slice(2, 8);
  const own = habits.map(({ kind }) => kind).filter((kind) => PLACES[kind].labels !== 'none');
  const distractors = [...elsewhere, ...own].map((kind): Distractor => {
    const others = PLACES[kind].labels === 'none' ? [...ORDER_FORMS, CONTAINER] : ORDER_FORMS;
    return { place: takePlace(kind, 'other', random, taken), form: random.next() < 0.6 ? form : random.choose(others) };
  });
  return {
    name: `${name} ${random.choose(country.kinds)}`,
    country,
    city: random.choose(country.cities),
    taxNumber: fillForm(country.taxForm, random),
    form,
    habits,
    distractors,
    prefixes: random.choose([
      ['cac', 'cbc'],
      ['cac', 'cbc'],
      ['ns2', 'ns3'],
    ] as const),
    indented: random.next() < 0.7,
    attaches: random.next() < 0.25,
  };
}

/** With a label that no other place of the supplier has. */
function takePlace(kind: PlaceKind, use: 'reference' | 'other', random: RandomStream, taken: Set<string>): Place {
  const { labels } = PLACES[kind];
  if (labels === 'none') return { kind, label: '' };
  const free = (LABELS[labels][use] as readonly string[]).filter((label) => !taken.has(`${labels} ${label}`));
  const label = random.choose(free);
  taken.add(`${labels} ${label}`);
  return { kind, label };
}

export function fillForm(form: NumberForm, random: RandomStream): string {
  return form.replaceAll(/[#@]/g, (sign) => (sign === '#' ? String(random.integer(10)) : 'ABCDEFGHJKLMNPRSTUVWXYZ'[random.integer(23)]!));
}
