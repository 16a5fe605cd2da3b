/** The door of the pipeline feature. */
export { pipelineWatch } from './pipeline.svelte';
export { default as PipelineReport } from './PipelineReport.svelte';
export { default as StatusLine } from './StatusLine.svelte';
