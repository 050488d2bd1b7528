// Needs a temporary folder.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { FREIGHT_INVOICES } from '../../../src/benchmarks/freight-invoices/freight-invoices.js';
import { generateFreightInvoices, type FreightInvoice, type FreightInvoiceOptions } from '../../../src/benchmarks/freight-invoices/generate.js';
import type { Place } from '../../../src/benchmarks/freight-invoices/places.js';
import { freightInvoices } from '../../../src/benchmarks/freight-invoices/tasks.js';
import { readBenchmark } from '../../../src/benchmarks/read-benchmark.js';
import { valuesAt, walk } from '../../../src/benchmarks/ubl/paths.js';
import { parseXml, type XmlElement } from '../../../src/benchmarks/ubl/xml.js';
import type { JsonObject } from '../../../src/core/json.js';

const generate = (options: FreightInvoiceOptions) => [...generateFreightInvoices(options)];

/** Where a reference of each kind of place stands, and the texts there that hold it. */
const PATHS: Readonly<Record<Place['kind'], (label: string) => string>> = {
  note: () => 'Note',
  additionalCode: (label) => `AdditionalDocumentReference[DocumentTypeCode=${label}]/ID`,
  additionalType: (label) => `AdditionalDocumentReference[DocumentType=${label}]/ID`,
  lineNote: () => 'InvoiceLine/Note',
  lineDescription: () => 'InvoiceLine/Item/Description',
  lineProperty: (label) => `InvoiceLine/Item/AdditionalItemProperty[Name=${label}]/Value`,
  lineDocument: (label) => `InvoiceLine/DocumentReference[DocumentTypeCode=${label}]/ID`,
  salesOrder: () => 'OrderReference/SalesOrderID',
  customerReference: () => 'OrderReference/CustomerReference',
  buyerReference: () => 'BuyerReference',
  accountingCost: () => 'AccountingCost',
  despatch: () => 'DespatchDocumentReference/ID',
  originator: () => 'OriginatorDocumentReference/ID',
  tracking: () => 'Delivery/TrackingID',
  shipment: () => 'Delivery/Shipment/ID',
  consignment: () => 'Delivery/Shipment/Consignment/ID',
  carrierAssigned: () => 'Delivery/Shipment/Consignment/CarrierAssignedID',
  forwarderAssigned: () => 'Delivery/Shipment/Consignment/FreightForwarderAssignedID',
  payment: () => 'PaymentMeans/PaymentID',
};
const IN_TEXT: readonly Place['kind'][] = ['note', 'lineNote', 'lineDescription'];

/** What somebody who knows the place reads there. */
function readPlace(invoice: XmlElement, { kind, label }: Place): readonly string[] {
  const texts = valuesAt(invoice, PATHS[kind](label)).filter((text) => text !== 'NA');
  const lists = IN_TEXT.includes(kind)
    ? texts.flatMap((text) => text.split(`${label} `).slice(1)).map((rest) => rest.replace(new RegExp(`, ${label}$`), ''))
    : texts;
  return lists.flatMap((list) => list.split(', ')).filter((value) => /\d/.test(value) && !value.includes(' '));
}

const options = fc.record({
  seed: fc.nat(),
  invoices: fc.integer({ min: 1, max: 40 }),
  suppliers: fc.integer({ min: 1, max: 12 }),
  irregular: fc.constantFrom(0, 0.04, 1),
});

describe('made-up freight invoices', () => {
  it('are the same bytes for the same seed, and others for another', () => {
    fc.assert(
      fc.property(options, (given) => {
        assert.deepEqual(generate(given), generate(given));
        const others = new Set(generate({ ...given, seed: given.seed + 1 }).map(({ xml }) => xml));
        assert.ok(generate(given).every(({ xml }) => !others.has(xml)));
      }),
      { numRuns: 6 },
    );
  });

  it('do not change from one version to the next', () => {
    const digest = createHash('sha256')
      .update(JSON.stringify(generate({})))
      .digest('hex');
    assert.equal(digest, 'bf9ddc5be01aec8912c62c721955d170d08e4f9da1b20513bf91c6b5a408dd69');
  });

  it('begin with the same ones when there are more', () => {
    const few = generate({ invoices: 30 });
    assert.deepEqual(generate({ invoices: 60 }).slice(0, 30), few);
  });

  it('hold every reference at the place of the habit, word for word, and nothing else there', () => {
    fc.assert(
      fc.property(options, (given) => {
        for (const { xml, references, places } of generate(given)) {
          const invoice = parseXml(xml);
          assert.deepEqual(new Set(places.flatMap((place) => readPlace(invoice, place))), new Set(references), JSON.stringify({ places, references }));
        }
      }),
      { numRuns: 15 },
    );
  });

  it('hold numbers of the same form that are none, also where there is no reference', () => {
    const all = generate({ invoices: 200, suppliers: 20 });
    const shapes = (text: string) => text.replaceAll(/\d/g, '#').replaceAll(/[A-Z]/g, '@');
    const lookAlikes = all.filter(({ xml, references }) => {
      const known = new Set(references.map(shapes));
      return [...walk(parseXml(xml))].some(({ element: { text } }) => known.has(shapes(text)) && !references.includes(text));
    });
    assert.ok(lookAlikes.length > 0.3 * all.length, `${lookAlikes.length} of ${all.length}`);
    const share = (wanted: (count: number) => boolean) => all.filter(({ references }) => wanted(references.length)).length / all.length;
    assert.ok(share((count) => count === 0) > 0.02 && share((count) => count === 0) < 0.14, 'none');
    assert.ok(share((count) => count === 1) > 0.5, 'one');
    assert.ok(share((count) => count > 1) > 0.15, 'several');
  });

  it('have suppliers that write in different places', () => {
    const habits = new Map<string, Set<string>>();
    for (const { supplier, places } of generate({ invoices: 600, suppliers: 20, irregular: 0 }))
      habits.set(supplier, new Set([...(habits.get(supplier) ?? []), ...places.map((place) => JSON.stringify(place))]));
    assert.equal(habits.size, 20);
    assert.ok([...habits.values()].every((places) => places.size <= 2));
    assert.ok(new Set([...habits.values()].flatMap((places) => [...places])).size > 12, 'places');
  });

  it('have every supplier in every split, but for those that are held out', () => {
    const splitsOf = (all: readonly FreightInvoice[]) => {
      const splits = new Map<string, Set<string>>();
      for (const { supplier, split } of all) splits.set(supplier, new Set([...(splits.get(supplier) ?? []), split]));
      return [...splits.values()].map((set) => [...set].sort().join(' '));
    };
    assert.deepEqual(new Set(splitsOf(generate({ invoices: 36, suppliers: 12 }))), new Set(['test train validation']));
    const heldOut = splitsOf(generate({ invoices: 120, suppliers: 12, heldOutSuppliers: 3 }));
    assert.deepEqual([heldOut.filter((splits) => splits === 'test').length, heldOut.filter((splits) => splits === 'test train validation').length], [3, 9]);
  });

  it('have the elements in the order of the schema', () => {
    // As UBL-Invoice-2.1.xsd has them; the whole schema was used once, on 1,200 invoices.
    const order =
      'UBLVersionID ID UUID IssueDate DueDate InvoiceTypeCode Note DocumentCurrencyCode AccountingCost LineCountNumeric BuyerReference OrderReference DespatchDocumentReference OriginatorDocumentReference AdditionalDocumentReference AccountingSupplierParty AccountingCustomerParty Delivery PaymentMeans PaymentTerms TaxTotal LegalMonetaryTotal InvoiceLine'.split(
        ' ',
      );
    for (const { xml } of generate({ invoices: 120, suppliers: 20 })) {
      const places = parseXml(xml).children.map(({ name }) => order.indexOf(name));
      assert.deepEqual(
        places,
        places.toSorted((left, right) => left - right),
      );
      assert.ok(!places.includes(-1));
    }
  });

  const wrong: readonly (readonly [options: JsonObject, message: RegExp])[] = [
    [{ invoices: 0 }, /The option invoices of freight invoices is how many: a whole number from 1, by default 240; it is 0\./],
    [{ suppliers: 401 }, /The option suppliers .* from 1 to 400/],
    [{ suppliers: 3, heldOutSuppliers: 3 }, /The option heldOutSuppliers .* a whole number below suppliers/],
    [{ irregular: 2 }, /The option irregular .* from 0 to 1/],
    [{ seed: 'x' }, /The option seed .* it is "x"/],
    [{ count: 3 }, /Freight invoices have no option "count"\. They take seed \(/],
  ];
  for (const [given, message] of wrong) {
    it(`refuse ${JSON.stringify(given)}`, () => assert.throws(() => generate(given as FreightInvoiceOptions), { failureType: 'input.invalid', message }));
  }

  describe('as a folder', () => {
    let parent: string;
    let folder: string;
    beforeEach(async () => {
      parent = await mkdtemp(path.join(tmpdir(), 'watersmeet-freight-'));
      folder = path.join(parent, 'benchmarks', 'freight-invoices');
    });
    afterEach(() => rm(parent, { recursive: true, force: true }));

    it('are read as LogisticsQA is, and are the tasks that code makes', async () => {
      const told: string[] = [];
      await FREIGHT_INVOICES.fetch!({ folder, options: { invoices: 24, suppliers: 4 }, onProgress: (sentence) => told.push(sentence) });
      assert.deepEqual(told, [`${folder} has 24 invoices of 4 suppliers, all of them invented.`]);
      const tasks = await readBenchmark({ name: 'freight-invoices', folder });
      assert.deepEqual(tasks, await readBenchmark({ name: 'logistics-qa', folder }));
      assert.deepEqual(tasks, freightInvoices({ invoices: 24, suppliers: 4 }));
      assert.deepEqual(
        await readBenchmark({ name: 'freight-invoices', folder, options: { documentTokens: 300 } }),
        freightInvoices({ invoices: 24, suppliers: 4, documentTokens: 300 }),
      );
    });

    it('are made whole or not at all', async () => {
      const stop = new AbortController();
      stop.abort();
      await assert.rejects(FREIGHT_INVOICES.fetch!({ folder, signal: stop.signal }), { name: 'AbortError' });
      assert.deepEqual(await readdir(path.dirname(folder)), []);
      await mkdir(folder);
      await FREIGHT_INVOICES.fetch!({ folder, options: { invoices: 2, suppliers: 1 } });
      assert.equal((await readdir(path.join(folder, 'data'))).length, 3);
      await assert.rejects(FREIGHT_INVOICES.fetch!({ folder }), { failureType: 'input.invalid', message: /has files already \(data\)\. Name another folder/ });
      await assert.rejects(FREIGHT_INVOICES.fetch!({ folder: `${folder}-2`, from: '/x.zip' }), {
        failureType: 'input.invalid',
        message: /is made, not fetched/,
      });
      await writeFile(path.join(folder, 'data', 'more.xml'), '<a/>');
      await assert.rejects(readBenchmark({ name: 'freight-invoices', folder }), { message: /has no answer for 1 document of its folder: more\.xml/ });
    });
  });
});
