/** What is going on, in a sentence. Pure. */
import type { Pipeline } from '$lib/api';
import { plural } from '$lib/ui';

export interface Doing {
	text: string;
	isBusy: boolean;
	failed: number;
}

/** First the pictures (a person waits for them), then what is in them. */
export function doing(pipeline: Pipeline): Doing {
	const failed = pipeline.photos.failed;
	const developing = Math.max(pipeline.photos.pending, pipeline.queue['develop'] ?? 0);
	const understanding = Math.max(pipeline.photos.processing, pipeline.queue['understand'] ?? 0);
	const be = (count: number) => (count === 1 ? 'is' : 'are');
	if (developing > 0) return { text: `${plural(developing, 'photo')} ${be(developing)} being developed`, isBusy: true, failed };
	if (understanding > 0) return { text: `${plural(understanding, 'photo')} ${be(understanding)} being understood`, isBusy: true, failed };
	return { text: '', isBusy: false, failed };
}

/** How far the photos are: those that failed are not done. */
export function progress({ photos }: Pipeline): string {
	const all = Object.values(photos).reduce((sum, count) => sum + count, 0);
	const failed = photos.failed ? `, ${photos.failed.toLocaleString('en')} failed` : '';
	return `${photos.completed.toLocaleString('en')} of ${plural(all, 'photo')} done${failed}`;
}

/** What is going on, or that nothing is: a stage may have failed for a photo that is done otherwise. */
export function summary(pipeline: Pipeline): string {
	const now = doing(pipeline);
	if (now.isBusy) return `${now.text}.`;
	const retrying = pipeline.stages.some((stage) => stage.counts['due'] || stage.counts['retrying']);
	if (now.failed) return `Nothing is being done. ${plural(now.failed, 'photo')} could not be read.`;
	if (pipeline.failures.length) return 'All photos are done, but not every stage worked for all of them.';
	if (retrying) return 'Nothing is being done at the moment. Some stages are still due.';
	return 'Everything that could be done is done.';
}
