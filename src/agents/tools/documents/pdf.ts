// The text of a PDF, page by page. Run it where code from texts cannot be made (extract-child.ts): the library has had such holes.

/** Throws for what is no PDF, or needs a password. */
export async function pdfText(bytes: Uint8Array): Promise<string> {
  const { extractText, getDocumentProxy } = await import('unpdf');
  const document = await getDocumentProxy(new Uint8Array(bytes), { isEvalSupported: false, verbosity: 0 });
  try {
    const { text, totalPages } = await extractText(document);
    const pages = text.map((page, index) => `--- page ${index + 1} of ${totalPages} ---\n${page}`);
    if (text.every((page) => page.trim() === '')) pages.unshift('(no text: the pages are images)');
    return pages.join('\n\n');
  } finally {
    await document.destroy();
  }
}
