// What a configuration, and the modules it imports, get from `import ... from 'watersmeet'`, also where the package is not
// installed beside them. Not the whole library: configurations are loaded in the threads of scorers, too, where neither
// Temporal nor the store belongs. In this process the errors are of the very classes that it checks for.

export { AgentFailure } from '../agents/agent.js';
export { playEpisode } from '../agents/episode.js';
export { tool } from '../agents/tool.js';
export { calculateTool } from '../agents/tools/calculate.js';
export { fetchPageTool } from '../agents/tools/fetch-page.js';
export { readFileTool } from '../agents/tools/read-file.js';
export { viewImageTool } from '../agents/tools/view-image.js';
export { webSearchTool } from '../agents/tools/web-search.js';
export { GAIA_PROMPT } from '../benchmarks/gaia/prompt.js';
export { freightInvoices } from '../benchmarks/freight-invoices/tasks.js';
export { compactXml } from '../benchmarks/ubl/compact.js';
export { elementsAt, findElements, valuesAt } from '../benchmarks/ubl/paths.js';
export { parseXml } from '../benchmarks/ubl/xml.js';
export { WatersmeetError } from '../core/failures.js';
export { defineConfig } from './config.js';
/** For the parameters of tools, also where zod is not installed beside. */
export { z } from 'zod';
