import { call } from './client';
import type { Pipeline } from './types';

export const getPipeline = (signal?: AbortSignal) => call<Pipeline>('/pipeline', { signal });

export const reprocess = (stage: string, failedOnly: boolean) =>
	call<{ photos: number }>('/pipeline/reprocess', { method: 'POST', body: { stage, failed_only: failedOnly } });
