// XML documents as tasks: read, checked, and shown within a budget of tokens.

import { WatersmeetError } from '../../core/failures.js';
import type { Json } from '../../core/json.js';
import type { Split, Task } from '../../core/task.js';
import { readTextFile } from '../read-text-file.js';
import { compactXml } from './compact.js';
import { valuesAt } from './paths.js';
import { parseXmlInPieces, XmlProblem, type XmlElement } from './xml.js';

export interface XmlDocument {
  /** As it was found in the file. */
  readonly xml: string;
  readonly root: XmlElement;
}

export interface DocumentQuestion {
  readonly id: string;
  readonly question: string;
  readonly expected: Json;
  readonly category?: string;
  readonly split?: Split;
  /** The file's name within its folder. */
  readonly file: string;
}

/** @throws WatersmeetError 'input.invalid' with file and line. */
export async function readDocument(file: string): Promise<XmlDocument> {
  const xml = await readTextFile(file, 'a document');
  try {
    return { xml, root: await parseXmlInPieces(xml) };
  } catch (error) {
    if (error instanceof XmlProblem)
      throw new WatersmeetError('input.invalid', `${file}, line ${error.line}: no well-formed XML: ${error.message}. Get the file again, or leave it out.`);
    throw error;
  }
}

/** The input is `{question, document}`, the document in few words; the whole XML is in the metadata, for tools and function agents. */
export function documentTask({ id, question, expected, category, split, file }: DocumentQuestion, { xml, root }: XmlDocument, tokens: number): Task {
  return {
    id,
    input: { question, document: compactXml(root, tokens).text },
    expected,
    ...(category === undefined ? {} : { category }),
    ...(split === undefined ? {} : { split }),
    metadata: { file, xml },
  };
}

/** The name of the one who wrote an invoice; undefined where the document does not tell. */
export function supplierOf(root: XmlElement): string | undefined {
  return ['PartyName/Name', 'PartyLegalEntity/RegistrationName']
    .flatMap((path) => valuesAt(root, `AccountingSupplierParty/Party/${path}`))
    .map((name) => name.replaceAll(/\s+/gu, ' '))
    .at(0);
}
