/** The door of the typed client. */
export * from './accounts';
export { isAborted, Problem, sentence } from './client';
export * from './photos';
export * from './pipeline';
export * from './search';
export type * from './types';
export * from './upload';
