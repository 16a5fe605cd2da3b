/** The door of the typed client. */
export * from './accounts';
export { isAborted, Problem, sentence } from './client';
export * from './curated';
export * from './journal';
export * from './learning';
export * from './moments';
export * from './people';
export * from './photos';
export * from './pipeline';
export * from './places';
export * from './search';
export * from './stacks';
export type * from './types';
export * from './upload';
