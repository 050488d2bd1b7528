// The library: everything that the command line does, for scripts and applications.
//
//   const watersmeet = await open({ config: 'watersmeet.config.ts' });
//   const run = await watersmeet.start();
//   for await (const event of run.events()) console.log(event.body.type);
//   const { champion, better } = await run.result();
//   await watersmeet.close();

export { AgentFailure, type Agent, type AgentContext, type AgentResult } from './agents/agent.js';
export type { Environment, EnvironmentContext, EnvironmentFactory, EnvironmentState } from './agents/environment.js';
export { playEpisode, type Episode, type EpisodeOptions, type EpisodeOutput, type EpisodeStep } from './agents/episode.js';
export { tool, type Tool, type ToolContext, type ToolDefinition } from './agents/tool.js';
export { calculateTool } from './agents/tools/calculate.js';
export { fetchPageTool, type FetchPageOptions } from './agents/tools/fetch-page.js';
export { readFileTool } from './agents/tools/read-file.js';
export { viewImageTool } from './agents/tools/view-image.js';
export { webSearchTool, type SearchResult, type WebSearchOptions } from './agents/tools/web-search.js';
export { GAIA_PROMPT } from './benchmarks/gaia/prompt.js';
export type { Attempt, ProposeContext, ProposedEdit, ProposeFunction, Trial } from './agents/propose-function.js';
export { freightInvoices, type FreightInvoiceTaskOptions } from './benchmarks/freight-invoices/tasks.js';
export { compactXml, type CompactText } from './benchmarks/ubl/compact.js';
export { elementsAt, findElements, valuesAt, type ElementQuery, type PlacedElement } from './benchmarks/ubl/paths.js';
export { parseXml, type XmlElement } from './benchmarks/ubl/xml.js';
export type { ScoreInput, ScoreResult } from './benchmarks/scorers/scorer.js';
export { atRest, RunHandle, type RunResult } from './client/run-handle.js';
export type { ScheduleView } from './client/schedules.js';
export { defineConfig, type WatersmeetConfig } from './config/config.js';
export type { Candidate, CandidateReference } from './core/candidate.js';
export type { Edit, RejectedEdit } from './core/edit.js';
export type { RunEvent, RunEventBody, RunEventType, Score } from './core/events.js';
export { EXIT_CODES, failureTypeOf, WatersmeetError, type FailureType, type WaitingReason } from './core/failures.js';
export type { Item, Module, ModuleKind, Origin } from './core/module.js';
export { initialRunState, mergeNodesOf, reduce, subsetsOf, type RunState } from './core/run-state.js';
export type { Json, JsonObject } from './core/json.js';
export type { Task } from './core/task.js';
export type { ChampionRow, RoleTotals, RunRow, RunStatus } from './store/store.js';
export { renderReport } from './web/report.js';
export { loadChampion, type Champion } from './workers/champion.js';
export { open, type Project, type OpenProjectOptions } from './workers/project.js';
/** The zod that reads the parameters of tools. */
export { z } from 'zod';
