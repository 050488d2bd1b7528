// Made-up freight invoices of any number: what is in them follows from a seed.

import { WatersmeetError } from '../../core/failures.js';
import type { JsonObject } from '../../core/json.js';
import { randomStream, type RandomStream } from '../../core/random.js';
import type { Split } from '../../core/task.js';
import { invoiceXml, type Buyer } from './invoice-xml.js';
import { writePlace, type InvoiceDraft, type InvoiceLine, type Place } from './places.js';
import { COUNTRIES, fillForm, makeSupplier, type Supplier } from './suppliers.js';

export interface FreightInvoiceOptions {
  /** Default 1. */
  readonly seed?: number;
  /** How many. Default 240. With the same seed and suppliers more invoices begin with the same ones. */
  readonly invoices?: number;
  /** How many suppliers they come from, in turn. Default 12. */
  readonly suppliers?: number;
  /** How many of the suppliers occur in the test split only. Default 0: every supplier occurs in every split. */
  readonly heldOutSuppliers?: number;
  /** Share of invoices whose writer forgot the supplier's habit and put the references into a note. Default 0.04. */
  readonly irregular?: number;
}

export interface FreightInvoice {
  readonly id: string;
  readonly supplier: string;
  readonly split: Split;
  readonly xml: string;
  /** The references of its transports; none where the invoice gives none. */
  readonly references: readonly string[];
  /** Where they stand. */
  readonly places: readonly Place[];
}

/** The options, with a line on each. */
export const FREIGHT_INVOICE_OPTIONS = {
  seed: 'a whole number from 0, by default 1',
  invoices: 'how many: a whole number from 1, by default 240',
  suppliers: 'how many suppliers: a whole number from 1 to 400, by default 12',
  heldOutSuppliers: 'how many of the suppliers occur in the test split only: a whole number below suppliers, by default 0',
  irregular: "share of invoices against the supplier's habit: a number from 0 to 1, by default 0.04",
} as const satisfies Record<keyof FreightInvoiceOptions, string>;

const DEFAULTS = { seed: 1, invoices: 240, suppliers: 12, heldOutSuppliers: 0, irregular: 0.04 } as const satisfies Required<FreightInvoiceOptions>;

/** Of every supplier's invoices in turn: half train, a quarter each of the others, and each split early. */
const SPLITS: readonly Split[] = ['train', 'test', 'validation', 'train', 'train', 'validation', 'test', 'train'];
/** Share of invoices without any reference. */
const MISSING = 0.08;

/** @throws WatersmeetError 'input.invalid' for options that are unknown or of another kind. */
export function freightInvoiceOptions(options: JsonObject): Required<FreightInvoiceOptions> {
  const known: Readonly<Record<string, string>> = FREIGHT_INVOICE_OPTIONS;
  const read = { ...DEFAULTS, ...options } as Readonly<Record<string, unknown>>;
  const whole = (name: string, least: number, most: number) => {
    const value = read[name];
    return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
  };
  const wrong = Object.keys(read).find((name) => {
    if (!Object.hasOwn(known, name)) return true;
    if (name === 'irregular') return !(typeof read[name] === 'number' && read[name] >= 0 && read[name] <= 1);
    if (name === 'seed') return !whole(name, 0, Number.MAX_SAFE_INTEGER);
    if (name === 'invoices') return !whole(name, 1, 1_000_000);
    return name === 'suppliers' ? !whole(name, 1, 400) : !whole(name, 0, (read['suppliers'] as number) - 1);
  });
  if (wrong === undefined) return read as unknown as Required<FreightInvoiceOptions>;
  const words = known[wrong];
  throw new WatersmeetError(
    'input.invalid',
    words === undefined
      ? `Freight invoices have no option "${wrong}". They take ${Object.entries(known)
          .map(([name, line]) => `${name} (${line})`)
          .join('; ')}.`
      : `The option ${wrong} of freight invoices is ${words}; it is ${JSON.stringify(read[wrong])}.`,
  );
}

/**
 * One after another, each a function of the options and its number alone. All of it is invented: firms, numbers and prices; only places and
 * the kinds of charges are real.
 */
export function* generateFreightInvoices(options: FreightInvoiceOptions = {}): Generator<FreightInvoice> {
  const { seed, invoices, suppliers: count, heldOutSuppliers, irregular } = freightInvoiceOptions({ ...options });
  const suppliers = Array.from({ length: count }, (_, number) => makeSupplier(seed, number));
  for (let number = 0; number < invoices; number++) {
    const turn = number % count;
    const split = turn >= count - heldOutSuppliers ? 'test' : SPLITS[Math.floor(number / count) % SPLITS.length]!;
    yield makeInvoice(seed, number, suppliers[turn]!, split, irregular);
  }
}

function makeInvoice(seed: number, number: number, supplier: Supplier, split: Split, irregular: number): FreightInvoice {
  const random = randomStream(seed, `freight-invoices/invoice/${number}`, 'content');
  const mode = random.choose(MODES);
  const draft = emptyDraft(random, mode);
  const references = distinct(countReferences(random), () => fillForm(supplier.form, random));
  const slip = random.next() < irregular;
  const habit: Place = slip ? { kind: 'note', label: 'Ref' } : supplier.habits[mode.kind === 'Road' ? 0 : supplier.habits.length - 1]!;
  for (const { place, form } of supplier.distractors) {
    if (random.next() < 0.25) continue;
    const [value] = distinct(1, () => fillForm(form, random), references);
    writePlace(draft, place, [value!]);
  }
  writePlace(draft, habit, references);
  if (supplier.attaches) draft.additional.push({ id: `scan-${number + 1}`, attachment: base64(random, 600 + random.integer(900)) });
  const issued = Date.UTC(2025, 0, 1 + random.integer(365));
  const id = uuid(random);
  const xml = invoiceXml(
    {
      number: fillForm('INV######', random),
      uuid: id,
      issued: day(issued),
      due: day(issued + 30 * 86_400_000),
      order: fillForm('PO-######', random),
      supplier,
      buyer: random.choose(BUYERS),
      supplierAddress: {
        street: `Harbour Road ${1 + random.integer(90)}`,
        zone: fillForm('#####', random),
        account: fillForm(`${supplier.country.code}####################`, random),
        telephone: fillForm('+## ## ######', random),
      },
      ...(mode.kind === 'Air' ? {} : { container: fillForm('@@@U#######', random) }),
      origin: random.choose(CITIES),
      destination: random.choose(CITIES),
      weight: 100 + random.integer(24_000),
    },
    draft,
  );
  return { id, supplier: supplier.name, split, xml, references, places: references.length === 0 ? [] : [habit] };
}

const BUYERS: readonly Buyer[] = [
  { name: 'Tidewell Instruments AG', street: 'Uferweg 8', city: 'Basel', zone: '4052', country: 'CH', taxNumber: 'CHE-114.902.338' },
  { name: 'Oakhart Furniture Ltd', street: 'Mill Lane 2', city: 'Leeds', zone: 'LS1 4HR', country: 'GB', taxNumber: 'GB401882917' },
  { name: 'Nordlys Seafood AS', street: 'Kaigata 14', city: 'Bergen', zone: '5003', country: 'NO', taxNumber: 'NO981276055MVA' },
  { name: 'Bellandine Cosmetics SAS', street: 'Rue des Tanneurs 5', city: 'Lyon', zone: '69001', country: 'FR', taxNumber: 'FR68502119347' },
];
const CITIES: readonly string[] = [...new Set(COUNTRIES.flatMap(({ cities }) => cities)), 'Shanghai', 'Singapore', 'Montreal', 'Santos', 'Durban'];
const MODES = [
  { kind: 'Road', charges: ['Road freight', 'Fuel surcharge', 'Toll', 'Waiting time', 'Tail lift'] },
  { kind: 'Sea', charges: ['Ocean freight', 'Terminal handling', 'Bunker surcharge', 'Documentation fee', 'Demurrage'] },
  { kind: 'Air', charges: ['Air freight', 'Fuel surcharge', 'Security fee', 'Airway bill fee', 'Handling'] },
] as const;

function emptyDraft(random: RandomStream, mode: (typeof MODES)[number]): InvoiceDraft {
  const lines = random.sample(mode.charges, 1 + random.integer(mode.charges.length)).map(
    (name): InvoiceLine => ({
      notes: [],
      documents: [],
      properties: [],
      name,
      description: `${name} ${random.choose(CITIES)} - ${random.choose(CITIES)}`,
      cents: 1_500 + random.integer(400_000),
    }),
  );
  return { notes: [random.choose(GREETINGS)], lines, additional: [], despatch: [], originator: [], consignments: [] };
}

const GREETINGS = [
  'Services rendered according to our general terms and conditions.',
  'All transports were carried out as agreed by telephone.',
  'Please quote the invoice number with your payment.',
  'Complaints are accepted within 14 days of receipt only.',
];

/** None, one (as a rule), or up to four. */
function countReferences(random: RandomStream): number {
  const place = random.next();
  if (place < MISSING) return 0;
  if (place < 0.74) return 1;
  return 2 + random.integer(3);
}

function distinct(count: number, make: () => string, besides: readonly string[] = []): string[] {
  const values: string[] = [];
  while (values.length < count) {
    const value = make();
    if (!values.includes(value) && !besides.includes(value)) values.push(value);
  }
  return values;
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function base64(random: RandomStream, bytes: number): string {
  return Buffer.from(Array.from({ length: bytes }, () => random.integer(256))).toString('base64');
}

/** Version 4. */
function uuid(random: RandomStream): string {
  const bytes = Array.from({ length: 16 }, () => random.integer(256));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
