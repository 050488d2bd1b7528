// A tool that searches the web by a function of the user's own: which service, which key and what it costs is theirs to choose.

import { z } from 'zod';
import type { Json } from '../../core/json.js';
import { tool, type Tool, type ToolContext } from '../tool.js';

export interface SearchResult {
  readonly title: string;
  readonly url: string;
  /** What the service says of it. */
  readonly text?: string;
}

export interface WebSearchOptions {
  /**
   * Asks a search service; the best result first. What it throws is told to the model as the search's failure; throw
   * `new WatersmeetError('provider.unavailable', ...)` when the service is down: the run then waits instead of scoring answers made without it.
   */
  readonly search: (query: string, context: Pick<ToolContext, 'signal' | 'task'>) => Promise<readonly SearchResult[]> | readonly SearchResult[];
  /** Results that the model is shown at most. Default 10. */
  readonly most?: number;
}

/** @example webSearchTool({ search: async (query, { signal }) => (await fetch(`https://search.example/?q=${encodeURIComponent(query)}`, { signal })).json() }) */
export function webSearchTool({ search, most = 10 }: WebSearchOptions): Tool {
  return tool({
    name: 'web_search',
    description: 'Searches the web and returns titles, addresses and summaries of pages. Open a page with fetch_page, where there is that tool.',
    version: '1',
    parameters: z.object({ query: z.string().min(1).max(400) }),
    run: async ({ query }, { signal, task }): Promise<Json> => {
      const results = await search(query, { signal, task });
      if (results.length === 0) return 'Nothing was found. Try other words.';
      return results.slice(0, most).map(({ title, url, text }) => ({ title, url, ...(text === undefined ? {} : { text }) }));
    },
  });
}
